"""The plain registers: units, groups, duties, indicators, enterprises, categories, limits, calendar, documents, wording."""

from typing import Any

import sqlalchemy as sa
from flask import flash, jsonify, request
from flask_admin import expose
from sqlalchemy.orm import Query, joinedload, selectinload

from models import (
    Category,
    Enterprise,
    GroupMembership,
    Indicator,
    IndicatorResult,
    LetterTemplate,
    Responsibility,
    ServiceStandard,
    SourceDocument,
    Unit,
    UnitAlias,
    UnitContact,
    WorkGroup,
    db,
)
from models.category import CategoryFamily
from models.enterprise import CreditClass, EnterpriseScale
from models.importing import Import
from models.indicator import Colour
from models.recurrence import describe
from models.responsibility import DutyKind
from models.standard import Stage
from models.ticket import Channel
from models.unit import UnitKind
from models.unit_import import UnitImport
from models.wording import render_wording
from views.filters import by_row, contains, one_of, yes_no
from views.letters import sample_context
from views.matter.kinds import kind_choices
from views.panel import Panel
from views.rehearsing import StandardRehearsal
from views.wordsearch import holds, holds_lately


class UnitPanel(Panel):
    resource = "unit"
    imports = UnitImport(["name"], ["name", "full_name", "short_name", "kind", "parent", "valid_from", "valid_to", "sort", "is_active", "note"],
                         notes=["简称、别名与已有单位相同的，更新那个单位；上级单位须已在台账中。"])
    columns = ["name", "full_name", "kind", "aliases", "contacts", "is_active"]
    fields = ["code", "name", "full_name", "short_name", "kind", "parent", "successor", "valid_from", "valid_to", "sort", "is_active", "note"]
    classes = {"name": "col-title cut", "full_name": "cut-s", "aliases": "cut-s muted", "contacts": "cut-s"}
    labels = {"aliases": "别名", "contacts": "联系人"}
    filters = [
        contains("q", "名称/拼音", Unit.name, Unit.full_name, Unit.short_name, Unit.pinyin), one_of("kind", "类型", Unit.kind, UnitKind),
        yes_no("active", "启用", Unit.is_active),
    ]
    order = ("sort", False)


class ContactPanel(Panel):
    resource = "unit"
    columns = ["unit", "post", "name", "section", "phone", "mobile", "is_active"]
    fields = ["unit", "post", "name", "section", "phone", "mobile", "is_active"]
    classes = {"name": "col-title cut", "unit": "col-unit", "phone": "code", "mobile": "code"}
    filters = [by_row("unit", "单位", UnitContact.unit_id, Unit), contains("q", "姓名", UnitContact.name)]
    order = ("unit_id", False)

    def is_visible(self) -> bool:
        """In the menu of those who keep it; others see it within the unit or group."""
        return self.can_edit


class AliasPanel(Panel):
    resource = "unit"
    imports = Import(["alias"])
    columns = ["alias", "unit"]
    fields = ["alias", "unit"]
    classes = {"alias": "col-title cut"}
    filters = [contains("q", "别名", UnitAlias.alias), by_row("unit", "单位", UnitAlias.unit_id, Unit)]
    order = ("alias", False)

    def is_visible(self) -> bool:
        """In the menu of those who keep it; others see it within the unit or group."""
        return self.can_edit


class GroupPanel(Panel):
    resource = "group"
    columns = ["name", "kind", "leads", "members", "document", "clause", "ends_on", "is_active"]
    fields = ["code", "name", "full_name", "kind", "document", "clause", "all_members", "towns", "ends_on", "is_active"]
    classes = {"name": "col-title", "leads": "cut-s", "members": "cut-s muted", "document": "cut-s muted", "clause": "opt"}
    labels = {"leads": "牵头单位", "members": "责任单位"}
    filters = [contains("q", "名称", WorkGroup.name), by_row("document", "文件", WorkGroup.document_id, SourceDocument)]
    order = ("id", False)
    column_formatters = {
        "leads": lambda _v, _c, row, _n: "、".join(m.unit.name for m in row.memberships if m.role == "LEAD"),
        "members": lambda _v, _c, row, _n: _members(row), "document": lambda _v, _c, row, _n: row.document.called if row.document else "",
    }

    def get_query(self) -> Query:
        """With the units of each group."""
        return super().get_query().options(selectinload(WorkGroup.memberships).joinedload(GroupMembership.unit))


def _members(group: WorkGroup) -> str:
    names = [m.unit.name for m in group.memberships if m.role == "MEMBER"]
    if group.all_members:
        names.append("各部门、各单位")
    if group.towns:
        names.append("各镇街（园区）")
    return "、".join(names)


class MembershipPanel(Panel):
    resource = "group"
    columns = ["group", "unit", "role"]
    fields = ["group", "unit", "role"]
    classes = {"group": "col-title cut"}
    order = ("group_id", False)

    def is_visible(self) -> bool:
        """In the menu of those who keep it; others see it within the unit or group."""
        return self.can_edit


class ResponsibilityPanel(Panel):
    resource = "responsibility"
    columns = ["clause", "title", "group", "unit", "applies_to", "kind", "rhythm", "quota", "deliverable", "document"]
    fields = ["code", "title", "detail", "document", "clause", "group", "unit", "applies_to", "kind", "rrule", "due_time", "shift",
            "lead_days", "quota", "quota_unit", "deliverable", "recipient", "is_active"]
    classes = {"title": "col-title cut", "clause": "nowrap muted", "unit": "col-unit", "rhythm": "cut-s", "document": "opt cut-s",
               "deliverable": "cut-s opt", "quota": "num"}
    labels = {"rhythm": "周期", "document": "文件", "group": "工作组"}
    filters = [
        contains("q", "职责/条款", Responsibility.title, Responsibility.clause),
        by_row("document", "文件", Responsibility.document_id, SourceDocument), by_row("group", "工作组", Responsibility.group_id, WorkGroup),
        by_row("unit", "单位", Responsibility.unit_id, Unit), one_of("kind", "性质", Responsibility.kind, DutyKind),
    ]
    order = ("id", False)
    column_formatters = {"rhythm": lambda _v, _c, row, _n: describe(row.rrule) if row.rrule else ""}

    def get_query(self) -> Query:
        """With the names the list shows."""
        return super().get_query().options(joinedload(Responsibility.group), joinedload(Responsibility.unit))


class IndicatorPanel(Panel):
    resource = "indicator"
    columns = ["name", "group", "target_rank", "stretch_rank", "best_rank", "clause", "is_active"]
    fields = ["code", "name", "group", "document", "clause", "target_rank", "stretch_rank", "best_rank", "measure_unit", "sort", "is_active"]
    classes = {"name": "col-title cut", "target_rank": "num", "stretch_rank": "num", "best_rank": "num"}
    order = ("sort", False)


class ResultPanel(Panel):
    resource = "indicator"
    imports = Import(["indicator", "period", "unit"], notes=["单位不填的是全区结果。"])
    columns = ["period", "indicator", "unit", "value", "city_rank", "colour", "problem"]
    fields = ["indicator", "period", "unit", "value", "city_rank", "colour", "problem"]
    classes = {"indicator": "col-title", "value": "num", "city_rank": "num", "problem": "cut-s"}
    filters = [
        contains("period", "月份", IndicatorResult.period, placeholder="如 2024-08"), by_row("indicator", "指标", IndicatorResult.indicator_id, Indicator),
        by_row("unit", "单位", IndicatorResult.unit_id, Unit), one_of("colour", "评价", IndicatorResult.colour, Colour),
    ]
    order = ("period", True)
    column_sortable_list = ["period", "value", "city_rank"]


class EnterprisePanel(Panel):
    resource = "enterprise"
    imports = Import(["credit_code"], required=["credit_code"], sample={
        "name": "演示样例科技有限公司", "credit_code": "91440300192317458F", "industry": "软件和信息技术服务业", "address": "示范区演示大道1号",
        "contact_name": "演示-张某", "contact_phone": "13900000000", "is_whitelisted": "否"})
    columns = ["name", "credit_code", "kind", "town", "industry", "scale", "credit_class", "contact_name", "contact_phone", "is_whitelisted"]
    fields = ["name", "credit_code", "kind", "town", "industry", "scale", "credit_class", "registered_on", "address", "contact_name",
            "contact_phone", "is_whitelisted", "is_active"]
    classes = {"name": "col-title cut", "credit_code": "code", "town": "col-unit", "contact_phone": "code", "kind": "opt"}
    filters = [
        contains("q", "名称/代码", Enterprise.name, Enterprise.credit_code), by_row("town", "镇街园区", Enterprise.town_id, Unit),
        one_of("scale", "规模", Enterprise.scale, EnterpriseScale), one_of("credit", "信用", Enterprise.credit_class, CreditClass),
        yes_no("white", "白名单", Enterprise.is_whitelisted),
    ]
    order = ("id", True)
    column_sortable_list = ["name", "credit_code", "registered_on"]

    @expose("/names/")
    def names(self) -> Any:
        """At most ten enterprises a name or code being typed may mean (static/js/firms.js)."""
        words = request.args.get("q", "").strip()[:60]
        holding = holds_lately(words, Enterprise.name, Enterprise.credit_code)
        query = sa.select(Enterprise).options(joinedload(Enterprise.town)).where(
            Enterprise.is_active, holds(words, Enterprise.name, Enterprise.credit_code) if holding is None else holding)
        rows = db.session.scalars(query.order_by(Enterprise.name).limit(10)) if len(words) >= 2 else ()
        return jsonify(rows=[{"name": row.name, "code": row.credit_code or "", "town": str(row.town or "")} for row in rows])


class CategoryPanel(Panel):
    resource = "category"
    columns = ["name", "family", "description", "clause", "is_active"]
    fields = ["code", "family", "name", "description", "document", "clause", "sort", "is_active"]
    classes = {"description": "col-title cut"}
    filters = [one_of("family", "大类", Category.family, CategoryFamily)]
    order = ("sort", False)


# What a limit can be about besides whole kinds of matter (models: find_standard).
PARTICULAR = [("ticket-hard", "复杂疑难诉求"), ("problem-rapid", "重大项目突出问题"), ("inspection-direct", "径直检查"), ("media", "政务新媒体"),
              ("media-original", "政务新媒体原创")]


class StandardPanel(StandardRehearsal, Panel):
    resource = "standard"
    columns = ["label", "matter_kind", "stage", "category", "amount", "unit", "warn_amount", "warn_unit", "clause", "note", "is_active"]
    fields = ["code", "label", "matter_kind", "stage", "category", "channel", "amount", "unit", "warn_amount", "warn_unit", "document",
            "clause", "note", "is_active"]
    classes = {"label": "col-title cut", "amount": "num", "note": "cut-s opt muted", "warn_amount": "num"}
    options = {"matter_kind": lambda: [*kind_choices(), *PARTICULAR], "channel": Channel.choices}
    filters = [contains("q", "名称", ServiceStandard.label), one_of("stage", "环节", ServiceStandard.stage, Stage)]
    order = ("id", False)


class DocumentPanel(Panel):
    resource = "document"
    columns = ["key", "short_name", "title", "issuer", "number", "issued_on", "is_active"]
    fields = ["key", "short_name", "title", "issuer", "number", "issued_on", "note", "is_active"]
    classes = {"title": "col-title cut", "issuer": "cut-s"}
    order = ("key", False)


class TemplatePanel(Panel):
    """Wording of letters. A wording that cannot be filled in from the sample facts is refused by name."""

    resource = "template"
    columns = ["label", "form", "series", "reply_days", "cc", "clause", "is_active"]
    fields = ["label", "form", "series", "title", "addressee", "wording", "cc", "contact", "reply_days", "is_active"]
    classes = {"label": "col-title cut", "series": "nowrap", "cc": "cut-s"}
    order = ("id", False)
    form_widget_args = {"wording": {"rows": 16}}

    def on_model_change(self, form: Any, model: LetterTemplate, is_created: bool) -> None:
        """Preview on the sample before it is kept."""
        context = sample_context(model.kind)
        for text in (model.title, model.addressee, model.wording, model.contact or ""):
            render_wording(text, context)
        flash("用语已按样例事实试填，没有缺项", "success")
