"""The registers around inspections: visits, hazards, penalties, protection, people, coercion, leniency (I4–I8)."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Query, joinedload, selectinload

from models import (
    CoerciveMeasure,
    Enterprise,
    Hazard,
    Inspection,
    InspectionField,
    InspectionTarget,
    Inspector,
    LeniencyItem,
    ObservationPeriod,
    Penalty,
    QuietDay,
    Unit,
)
from models.inspection.coercion import CoercionKind, Impact, LeniencyList
from models.inspection.states import Finding, HazardLevel, HazardState, Passing, PenaltyKind
from views.filters import Where, between, by_row, contains, one_of, row_options, yes_no
from views.panel import Panel


def _firm(key: str, column: Any) -> Where:
    """By the enterprise's name, or its id in links."""
    ids = sa.select(Enterprise.id)
    return Where(key, "企业", lambda value: column.in_(ids.where(Enterprise.name.contains(value.strip(), autoescape=True))))


def _of_inspection(key: str, label: str, model: type, where: Any, **more: Any) -> Where:
    return Where(key, label, lambda value: model.inspection_id.in_(sa.select(Inspection.id).where(where(value))), **more)


def _units() -> list[tuple[str, str]]:
    return row_options(Unit, Unit.is_active)


def _link(_view: Any, _context: Any, row: Any, _name: str) -> Markup:
    return Markup('<a class="code" href="{}">{}</a>').format(url_for("inspection.details_view", id=row.inspection_id), row.inspection.number)


class _Seen(Panel):
    """Written by the verbs of an inspection; here they are only looked at."""

    can_view_details = False
    column_formatters = {"inspection": _link}
    labels = {"inspection": "检查编号", "inspection.unit": "检查单位"}
    order = ("id", True)

    def get_query(self) -> Query:
        """With the inspection and the enterprise."""
        return super().get_query().options(selectinload(self.model.inspection).joinedload(Inspection.unit), joinedload(self.model.enterprise))


class TargetPanel(_Seen):
    resource = "inspection"
    columns = ["inspection", "enterprise", "inspection.unit", "planned_on", "visited_on", "finding", "joint", "passing", "inspectors"]
    classes = {"enterprise": "col-title cut", "inspection.unit": "col-unit", "planned_on": "muted", "joint": "code", "inspectors": "opt cut-s"}
    filters = [
        _firm("firm", InspectionTarget.enterprise_id),
        _of_inspection("unit", "检查单位", InspectionTarget, lambda v: Inspection.unit_id == int(v), kind="select", choices=_units),
        between("visited", "检查日期", InspectionTarget.visited_on, moments=False),
        one_of("finding", "检查结果", InspectionTarget.finding, Finding), one_of("passing", "例外情形", InspectionTarget.passing, Passing),
    ]
    more_filters = [
        between("planned", "计划日期", InspectionTarget.planned_on, moments=False),
        Where("joint", "联合检查", lambda v: InspectionTarget.joint_id.is_not(None) if v == "1" else InspectionTarget.joint_id.is_(None),
              kind="select", choices=lambda: [("1", "是"), ("0", "否")]),
        _of_inspection("urgent", "径直检查", InspectionTarget, lambda v: Inspection.urgent.is_(v == "1"), kind="select",
                       choices=lambda: [("1", "是"), ("0", "否")]),
        Where("found", "查出问题", lambda v: InspectionTarget.finding.in_(["HAZARD", "VIOLATION"]) == sa.literal(v == "1"), kind="select",
              choices=lambda: [("1", "是"), ("0", "否")]),
        Where("enterprise_id", "企业号", lambda v: InspectionTarget.enterprise_id == int(v)),
    ]
    column_sortable_list = ["planned_on", "visited_on"]
    column_formatters = {
        "inspection": _link, "joint": lambda _v, _c, row, _n: row.joint.number if row.joint else "",
    }


class HazardPanel(_Seen):
    resource = "inspection"
    columns = ["id", "inspection", "enterprise", "inspection.unit", "description", "level", "found_on", "recheck_on", "state", "rechecks", "is_joint"]
    classes = {"id": "num", "enterprise": "cut-s", "inspection.unit": "col-unit", "description": "col-title cut", "found_on": "muted",
               "recheck_on": "nowrap", "rechecks": "num opt", "is_joint": "opt"}
    labels = {"inspection": "检查编号", "inspection.unit": "检查单位", "id": "隐患编号"}
    filters = [
        _firm("firm", Hazard.enterprise_id), one_of("state", "状态", Hazard.state, HazardState), one_of("level", "等级", Hazard.level, HazardLevel),
        between("recheck", "复查日期", Hazard.recheck_on, moments=False), between("found", "发现日期", Hazard.found_on, moments=False),
    ]
    order = ("recheck_on", True)
    column_sortable_list = ["recheck_on", "found_on", "rechecks"]


class PenaltyPanel(_Seen):
    resource = "inspection"
    columns = ["document_no", "inspection", "enterprise", "inspection.unit", "violation", "kind", "amount", "decided_on", "leniency_item"]
    classes = {"document_no": "nowrap", "inspection": "code", "enterprise": "cut-s", "inspection.unit": "col-unit", "violation": "col-title cut",
               "amount": "num", "decided_on": "muted", "leniency_item": "cut-s opt"}
    filters = [
        _firm("firm", Penalty.enterprise_id), one_of("kind", "处理决定", Penalty.kind, PenaltyKind),
        between("decided", "决定日期", Penalty.decided_on, moments=False),
        Where("lenient", "适用清单", lambda v: Penalty.leniency_item_id.is_not(None) if v == "1" else Penalty.leniency_item_id.is_(None),
              kind="select", choices=lambda: [("1", "是"), ("0", "否")]),
    ]
    column_sortable_list = ["decided_on", "amount"]


class _Own(Panel):
    """A unit's own register: a new row begins with the reader's unit."""

    form_ajax_refs = {"enterprise": {"fields": ["name", "credit_code"], "page_size": 10}}
    order = ("id", True)

    def create_form(self, obj: Any = None) -> Any:
        """Own unit first."""
        form = super().create_form(obj)
        if getattr(form, "unit", None) is not None and form.unit.data is None:
            form.unit.data = current_user.unit
        return form


class CoercionPanel(_Own):
    resource = "coercion"
    columns = ["document_no", "kind", "enterprise", "unit", "property", "amount", "starts_on", "ends_on", "lifted_on", "impact", "capital_left",
               "accounts_left"]
    fields = ["unit", "enterprise", "kind", "document_no", "basis", "property", "amount", "starts_on", "ends_on", "lifted_on", "impact", "capital_left",
            "accounts_left", "reason", "relief"]
    classes = {"document_no": "nowrap", "enterprise": "col-title cut", "unit": "col-unit", "property": "cut-s", "amount": "num", "starts_on": "muted",
               "ends_on": "muted", "lifted_on": "opt muted", "capital_left": "opt", "accounts_left": "opt"}
    filters = [
        by_row("unit", "实施单位", CoerciveMeasure.unit_id, Unit), one_of("kind", "措施", CoerciveMeasure.kind, CoercionKind),
        one_of("impact", "影响", CoerciveMeasure.impact, Impact), yes_no("left", "预留流动资金", CoerciveMeasure.capital_left),
        between("started", "起始日期", CoerciveMeasure.starts_on, moments=False),
    ]
    column_sortable_list = ["starts_on", "ends_on", "amount"]


class ObservationPanel(_Own):
    resource = "coercion"
    columns = ["enterprise", "business", "unit", "starts_on", "ends_on", "basis", "is_lawful", "outcome"]
    fields = ["enterprise", "unit", "business", "starts_on", "ends_on", "basis", "is_lawful", "guidance", "outcome"]
    classes = {"enterprise": "col-title cut", "unit": "col-unit", "basis": "cut-s", "outcome": "cut-s", "is_lawful": "opt"}
    filters = [_firm("firm", ObservationPeriod.enterprise_id), by_row("unit", "执法单位", ObservationPeriod.unit_id, Unit),
               between("started", "起始日期", ObservationPeriod.starts_on, moments=False)]
    column_sortable_list = ["starts_on", "ends_on"]


class LeniencyPanel(Panel):
    resource = "leniency"
    columns = ["code", "kind", "title", "conditions", "basis", "unit", "issued_on", "is_active"]
    fields = ["code", "kind", "title", "conditions", "basis", "unit", "issued_on", "is_active"]
    classes = {"code": "code", "kind": "cut-s", "title": "col-title cut", "conditions": "cut-s", "basis": "cut-s opt", "unit": "col-unit", "issued_on": "muted"}
    filters = [contains("q", "编号/行为", LeniencyItem.code, LeniencyItem.title), one_of("kind", "清单", LeniencyItem.kind, LeniencyList),
               by_row("unit", "执法单位", LeniencyItem.unit_id, Unit), yes_no("active", "有效", LeniencyItem.is_active)]
    order = ("code", False)


class QuietPanel(Panel):
    resource = "quiet"
    columns = ["name", "starts_on", "ends_on", "day_from", "day_to", "town", "basis", "is_active"]
    fields = ["name", "starts_on", "ends_on", "day_from", "day_to", "town", "basis", "is_active"]
    classes = {"name": "col-title cut", "day_from": "num", "day_to": "num", "town": "col-unit", "basis": "cut-s"}
    filters = [contains("q", "名称", QuietDay.name), by_row("town", "镇街园区", QuietDay.town_id, Unit), yes_no("active", "启用", QuietDay.is_active)]
    order = ("id", False)


class InspectorPanel(_Own):
    resource = "inspector"
    columns = ["name", "unit", "certificate", "field", "is_active"]
    fields = ["name", "unit", "certificate", "field", "is_active"]
    form_ajax_refs: dict[str, Any] = {}
    classes = {"name": "col-title cut", "unit": "col-unit", "certificate": "code"}
    filters = [contains("q", "姓名/证号", Inspector.name, Inspector.certificate), by_row("unit", "单位", Inspector.unit_id, Unit),
               yes_no("active", "在岗", Inspector.is_active)]


class FieldPanel(Panel):
    resource = "inspection_field"
    columns = ["name", "unit", "clause", "sort", "is_active"]
    fields = ["code", "name", "unit", "clause", "sort", "is_active"]
    column_details_list = columns
    classes = {"name": "col-title cut", "unit": "col-unit", "sort": "num opt"}
    filters = [contains("q", "名称", InspectionField.name), yes_no("active", "启用", InspectionField.is_active)]
    order = ("sort", False)
