"""Reading a list of new registrations: header names, cell values, and what is wrong with a row (N1)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.codes import check_credit_code, check_phone
from models.enterprise import Enterprise, EnterpriseKind, EnterpriseScale
from models.now import now
from models.unit import find_unit

# key → (heading, other spellings)
HEADS: dict[str, tuple[str, tuple[str, ...]]] = {
    "name": ("企业名称", ("名称", "市场主体名称")), "credit_code": ("统一社会信用代码", ("信用代码", "社会信用代码")),
    "kind": ("类型", ("企业类型", "市场主体类型")), "registered_on": ("成立日期", ("注册日期", "登记日期")),
    "town": ("所属镇街园区", ("镇街", "所属镇街", "镇街（园区）")), "industry": ("行业", ("所属行业", "行业门类")),
    "scale": ("规模", ("企业规模",)), "address": ("地址", ("住所", "注册地址")), "contact_name": ("联系人", ("法定代表人",)),
    "contact_phone": ("联系电话", ("电话", "手机")), "lead": ("牵头服务部门", ("服务部门", "行业主管部门")),
}
REQUIRED = ("name", "credit_code", "kind", "registered_on")
# Only these three kinds are entered and pushed. M 二(七)1(1)
KINDS = {
    "有限公司": EnterpriseKind.LIMITED, "有限责任公司": EnterpriseKind.LIMITED, "股份有限公司": EnterpriseKind.JOINT_STOCK,
    "有限合伙企业": EnterpriseKind.PARTNERSHIP, "有限合伙": EnterpriseKind.PARTNERSHIP,
}


@dataclass
class Verdict:
    """One row: its number in the list, what it says, and why it cannot be entered."""

    place: int
    raw: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    enterprise: Enterprise | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing speaks against entering it."""
        return not self.reasons

    @property
    def label(self) -> str:
        """新增, 更新 or 错误."""
        return "错误" if self.reasons else ("更新" if self.enterprise else "新增")


def rows_of(table: list[list[Any]]) -> list[dict[str, str]]:
    """Rows under the heading line by field name; blank rows are left out. ValueError names a missing heading."""
    names = {spelling: key for key, (heading, others) in HEADS.items() for spelling in (heading, *others)}
    heads = [{place: names[key] for place, cell in enumerate(cells) if (key := _heading(cell)) in names} for cells in table[:10]]
    line = next((line for line, found in enumerate(heads) if {"name", "credit_code"} <= set(found.values())), None)
    if line is None:
        raise ValueError("没有找到表头，第一行应有“企业名称”“统一社会信用代码”等列，请用模板填写")
    found = heads[line]
    if missing := [HEADS[key][0] for key in REQUIRED if key not in found.values()]:
        raise ValueError(f"缺少列：{'、'.join(missing)}，请用模板填写")
    rows = [{key: _text(cells[place]) for place, key in found.items() if place < len(cells)} for cells in table[line + 1:]]
    return [row for row in rows if any(row.values())]


def _heading(cell: Any) -> str:
    return re.sub(r"[\s*＊]", "", str(cell or ""))


def _text(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def judge(place: int, raw: dict[str, str], seen: dict[str, int]) -> Verdict:
    """Check one row against the rules and the register; `seen` maps codes of earlier rows to their numbers."""
    verdict = Verdict(place, raw)
    readers: dict[str, Callable[[str], Any]] = {
        "name": _within(120), "industry": _within(40), "address": _within(160), "credit_code": check_credit_code, "kind": _kind,
        "registered_on": _day, "town": _unit, "scale": _scale,
        "contact_phone": check_phone, "lead": _unit,
    }
    for key, (heading, _others) in HEADS.items():
        text = raw.get(key, "")
        if not text:
            if key in REQUIRED:
                verdict.reasons.append(f"缺少{heading}")
            continue
        try:
            verdict.values[key] = readers.get(key, _within(30))(text)
        except ValueError as error:
            verdict.reasons.append(str(error))
    code = verdict.values.get("credit_code")
    if code in seen:
        verdict.reasons.append(f"与第{seen[code]}行信用代码重复")
    elif code:
        seen[code] = place
        verdict.enterprise = db.session.scalar(sa.select(Enterprise).where(Enterprise.credit_code == code))
    return verdict


def _within(length: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > length:
            raise ValueError(f"“{text[:10]}…”超过{length}字")
        return text

    return read


def _kind(text: str) -> EnterpriseKind:
    plain = re.sub(r"[（(].*", "", text)
    if plain not in KINDS:
        raise ValueError(f"类型“{text}”不在录入范围，只录入有限公司、股份有限公司、有限合伙企业")
    return KINDS[plain]


def _day(text: str) -> date:
    digits = re.sub(r"[年月/.\-]", "-", text.split()[0]).rstrip("日-")
    digits = re.sub(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3", digits)
    try:
        found = date(*(int(part) for part in digits.split("-")))
    except (ValueError, TypeError) as error:
        raise ValueError(f"成立日期“{text}”请写成 2024-08-05") from error
    if found > now().date():
        raise ValueError(f"成立日期“{text}”晚于今天")
    return found


def _scale(text: str) -> EnterpriseScale:
    found = next((scale for scale in EnterpriseScale if text in (scale.label, scale.label[0])), None)
    if found is None:
        raise ValueError(f"规模“{text}”应为大型、中型、小型、微型之一")
    return found


def _unit(text: str) -> Any:
    unit = find_unit(text)
    if unit is None or not unit.is_active:
        raise ValueError(f"没有“{text}”这个单位，请用单位台账中的名称或简称")
    return unit
