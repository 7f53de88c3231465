"""The paper forms of an inspection: an ordinary plan, and a visit that went straight to the enterprise (I1, I3)."""

import re
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField

from models import Enterprise, Inspection, InspectionField, RandomDraw, db
from models.errors import Invalid, Refused
from models.inspection.quiet import earliest_visit, may_inspect, protection
from models.inspection.states import UrgentGround
from models.now import now
from models.typed import typed_moment
from views.attempt import attempt, name_missing
from views.filters import row_options

_LINE = re.compile(r"^(?P<firm>.+?)[\s,，、\t]+(?P<day>\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2})$")
SHOWN = 8
MOST_WRONG = 20


class PlanForm(FlaskForm):
    """检查计划报备表."""

    title = StringField("检查名称", description="如 危险化学品经营单位专项检查")
    field = SelectField("监管领域", validate_choice=False)
    items = TextAreaField("检查事项", render_kw={"rows": 3})
    basis = TextAreaField("检查依据", render_kw={"rows": 2}, description="法律法规规章条款或年度检查计划文号")
    targets = TextAreaField("企业和日期", render_kw={"rows": 6}, description="一行一家：企业名称或信用代码，空格，日期；可从表格粘贴")


class DirectForm(PlanForm):
    """径直检查登记表."""

    ground = SelectField("法定情形", choices=UrgentGround.choices(), validate_choice=False)
    reason = TextAreaField("情形说明", render_kw={"rows": 2}, description="上级通知文号、举报编号、危害情况等")
    inspectors = StringField("检查人员", description="不少于两人，用顿号隔开")


def read_targets(text: str) -> tuple[list[tuple[Enterprise, date]], list[str]]:
    """Lines of enterprise and day, and what is wrong with the lines that cannot be read."""
    found, wrong = [], []
    for number, line in enumerate(filter(None, map(str.strip, (text or "").splitlines())), start=1):
        match = _LINE.match(line)
        if match is None:
            wrong.append(f"第{number}行看不懂：“{line[:30]}”，应如 演示某某有限公司 2024-08-20")
            continue
        complaints = len(wrong)
        for read, part in ((_enterprise, match["firm"].strip()), (_day, match["day"])):
            try:
                found.append(read(part, number))
            except Invalid as why:
                wrong.append(str(why))
        if len(wrong) > complaints:
            wrong[complaints:] = ["；".join(wrong[complaints:])]
    return (list(zip(found[::2], found[1::2], strict=True)) if not wrong else []), wrong


def _day(text: str, number: int) -> date:
    if (found := typed_moment(text)) is None:
        raise Invalid("targets", f"第{number}行的日期不对：{text}")
    return found[0].date()


def _enterprise(text: str, number: int) -> Enterprise:
    rows = db.session.scalars(
        sa.select(Enterprise).where(sa.or_(Enterprise.name == text, Enterprise.credit_code == text.upper()), Enterprise.is_active).limit(2)
    ).all()
    if len(rows) != 1:
        why = "企业库中没有" if not rows else "企业库中有同名企业，请写信用代码"
        raise Invalid("targets", f"第{number}行：“{text[:40]}”{why}")
    return rows[0]


class PlanPage:
    """One of the two forms, filled in and submitted."""

    def __init__(self, urgent: bool) -> None:
        self.urgent, self.form = urgent, DirectForm() if urgent else PlanForm()
        self.form.field.choices = [("", "—"), *row_options(InspectionField, InspectionField.is_active)]
        for field in self.form:
            field.flags.required = field.name != "csrf_token"
        self.errors: list[str] = []
        self.draw = self._draw()
        if request.method == "GET" and self.draw:
            day = earliest_visit()
            self.form.title.data = self.draw.title
            self.form.field.data = str(self.draw.field_id or "")
            self.form.targets.data = "\n".join(f"{firm['name']} {day:%Y-%m-%d}" for firm, _people in self.draw.pairs())
            self.form.basis.data = f"{self.draw.number}（种子{self.draw.seed}）"

    def _draw(self) -> RandomDraw | None:
        wanted = request.args.get("draw", "")
        row = db.session.get(RandomDraw, int(wanted)) if wanted.isdecimal() and len(wanted) < 12 else None
        return row if row and row.unit_id == current_user.unit_id else None

    def save(self) -> Inspection | None:
        """The new inspection, or None with the errors on the form."""
        self.form.validate()
        dates = self._read()
        if any(field.errors for field in self.form):
            return None
        return attempt(self.form, self.errors, lambda: self._made(dates))

    def _read(self) -> list[tuple[Enterprise, date]]:
        """The enterprises and days; everything missing or not understood is said at once, each at its field."""
        name_missing(self.form, [field.name for field in self.form if field.flags.required])
        dates, wrong = read_targets(self.form.targets.data or "")
        if wrong:
            more = [f"另有{len(wrong) - MOST_WRONG}行也不对"] if len(wrong) > MOST_WRONG else []
            self.form.targets.errors = ["；".join(wrong[:MOST_WRONG] + more)]
        return dates

    def _made(self, dates: list[tuple[Enterprise, date]]) -> Inspection:
        form, user = self.form, current_user._get_current_object()
        chosen = form.field.data or ""
        field = db.session.get(InspectionField, int(chosen)) if chosen.isdecimal() and len(chosen) < 12 else None
        if field is None:
            raise Invalid("field", "请选择监管领域")
        if user.unit is None:
            raise Refused("您的账号没有所属单位，不能编制检查计划")
        given: dict[str, Any] = {
            "by": user, "unit": user.unit, "title": form.title.data or "", "field": field, "items": form.items.data or "",
            "basis": form.basis.data or "", "dates": dates,
        }
        if self.urgent:
            return Inspection.direct(**given, ground=self._ground(), reason=form.reason.data or "", inspectors=form.inspectors.data or "")
        return Inspection.plan(**given, draw=self.draw)

    def _ground(self) -> UrgentGround:
        if self.form.ground.data not in UrgentGround.__members__:
            raise Invalid("ground", "请选择法定情形")
        return UrgentGround[self.form.ground.data]

    def notices(self) -> list[tuple[str, str]]:
        """What the clerk should know before typing."""
        unit = current_user.unit
        found = [("warning", why)] if unit and (why := may_inspect(unit)) else []
        if not self.urgent:
            found.append(("info", f"今天报备，最早可安排{earliest_visit():%Y-%m-%d}。白名单企业、静工日、达到年度频次上限的须区领导准予例外。"))
        for firm, _people in (self.draw.pairs()[:SHOWN] if self.draw else []):
            enterprise = db.session.get(Enterprise, firm["id"])
            if why := protection(enterprise, max(earliest_visit(), now().date())):
                found.append(("warning", f"{enterprise}：{why}"))
        return found
