"""A list of survey answers as the interviewers keep it: read, judged row by row, entered (N5)."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from models.asks import Ask
from models.base import Labelled, db
from models.enterprise import Enterprise
from models.errors import Invalid, NotPermitted
from models.now import now
from models.scope import everything
from models.survey import Survey, SurveyAnswer, SurveyWay
from models.ticket.states import Satisfaction
from models.unit import find_unit
from models.user import Level, User

MOST = 2000  # answers of one list
SHOWN = 10  # bad lines told at once
HEADS: dict[str, tuple[str, tuple[str, ...]]] = {
    "enterprise": ("企业名称", ("企业", "名称")), "credit_code": ("统一社会信用代码", ("信用代码", "社会信用代码")),
    "unit": ("评价单位", ("单位", "被评价单位")), "satisfaction": ("满意度", ("评价", "满意程度")), "reason": ("意见建议", ("意见", "不满意原因", "建议")),
    "way": ("调查方式", ("方式",)), "answered_on": ("调查日期", ("日期",)),
}
REQUIRED = ("enterprise", "satisfaction")
DISPLEASED = (Satisfaction.NOT, Satisfaction.VERY_NOT)


@dataclass
class Answer:
    """One line: what it says, and why it cannot be entered."""

    place: int
    raw: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)


def rows_of(table: list[list[Any]]) -> list[dict[str, str]]:
    """Lines under the heading by field name, blank ones left out. ValueError when there is no heading."""
    names = {spelling: key for key, (heading, others) in HEADS.items() for spelling in (heading, *others)}
    heads = [{place: names[key] for place, cell in enumerate(cells) if (key := re.sub(r"[\s*＊]", "", str(cell or ""))) in names} for cells in table[:10]]
    line = next((place for place, found in enumerate(heads) if set(REQUIRED) <= set(found.values())), None)
    if line is None:
        raise ValueError("没有找到表头，第一行应有“企业名称”“满意度”等列，请用模板填写")
    rows = [{key: _text(cells[place]) for place, key in heads[line].items() if place < len(cells)} for cells in table[line + 1:]]
    return [row for row in rows if any(row.values())]


def _text(cell: Any) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, date) else ("" if cell is None else str(cell).strip())


def judge(survey: Survey, rows: list[dict[str, str]]) -> list[Answer]:
    """Every line against the register and the survey."""
    with everything():
        asked = set(db.session.scalars(sa.select(SurveyAnswer.enterprise_id).where(SurveyAnswer.survey_id == survey.id)))
        return [_judge(place, raw, survey, asked) for place, raw in enumerate(rows, 1)]


def _judge(place: int, raw: dict[str, str], survey: Survey, asked: set[int]) -> Answer:
    answer = Answer(place, raw)
    say, values = answer.reasons.append, answer.values
    enterprise = _enterprise(raw)
    if enterprise is None:
        say("企业库中没有这家企业，请写全称或统一社会信用代码")
    elif enterprise.id in asked:
        say("本次调查已有这家企业的答卷")
    else:
        asked.add(enterprise.id)
        values["enterprise"] = enterprise
    values["satisfaction"] = _choice(Satisfaction, raw.get("satisfaction", ""), "满意度", say)
    values["way"] = _choice(SurveyWay, raw.get("way") or SurveyWay.PHONE.label, "调查方式", say)
    values["reason"] = raw.get("reason") or None
    if values["satisfaction"] in DISPLEASED and not values["reason"]:
        say("不满意的须写明意见建议")
    values["unit"] = find_unit(raw["unit"]) if raw.get("unit") else None
    if raw.get("unit") and values["unit"] is None:
        say(f"没有“{raw['unit']}”这个单位，请用单位台账中的名称或简称")
    values["answered_on"] = _day(raw.get("answered_on", ""), survey, say)
    return answer


def _enterprise(raw: dict[str, str]) -> Enterprise | None:
    code, name = raw.get("credit_code", "").upper(), raw.get("enterprise", "")
    where = Enterprise.credit_code == code if code else Enterprise.name == name
    return db.session.scalars(sa.select(Enterprise).where(where).limit(1)).first() if code or name else None


def _choice(enum: type[Labelled], text: str, label: str, say: Any) -> Labelled | None:
    found = next((member for member in enum if text == member.label), None)
    if found is None:
        say(f"{label}“{text}”应为{'、'.join(member.label for member in enum)}之一" if text else f"缺少{label}")
    return found


def _day(text: str, survey: Survey, say: Any) -> date | None:
    if not text:
        return min(survey.ends_on, now().date())
    try:
        found = Ask("调查日期", name="answered_on", kind=date).clean(text)
    except Invalid as wrong:
        say(str(wrong))
        return None
    if found > now().date():
        say(f"调查日期“{text}”晚于今天")
    return found


def enter_list(survey: Survey, rows: list[dict[str, str]], *, by: User, skip_bad: bool = False) -> int:
    """Enter the answers; how many. One bad line refuses the list unless it may be skipped. Raises NotPermitted or Invalid."""
    if by.level("survey:edit") != Level.ALL:
        raise NotPermitted("您的角色不能录入调查答卷")
    if not rows:
        raise Invalid("file", "表里没有数据行，请用模板填写后上传")
    if len(rows) > MOST:
        raise Invalid("file", f"一次最多{MOST}份，现有{len(rows)}份，请分批上传")
    judged = judge(survey, rows)
    bad = [f"第{answer.place}行 {answer.raw.get('enterprise', '')}：{'；'.join(answer.reasons)}" for answer in judged if answer.reasons]
    if bad and not skip_bad:
        more = f"　……共{len(bad)}行有误" if len(bad) > SHOWN else ""
        raise Invalid("file", "　".join(bad[:SHOWN]) + more)
    good = [answer for answer in judged if not answer.reasons]
    with everything():
        db.session.add_all(SurveyAnswer(survey=survey, **answer.values) for answer in good)
        db.session.flush()
    return len(good)
