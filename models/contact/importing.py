"""Entering a list of new registrations: into the register of enterprises, onto the list of new firms, to the lead unit (N1)."""

from collections.abc import Iterator
from inspect import Parameter
from typing import Any

import sqlalchemy as sa

from models.asks import Ask
from models.base import db
from models.contact.batch import FirmBatch, NewFirm
from models.contact.contact import Contact
from models.enterprise import Enterprise, EnterpriseKind
from models.errors import Invalid
from models.importing import Import
from models.importing.plan import Field
from models.now import now
from models.unit import Unit

# Only these three kinds are entered and pushed. M 二(七)1(1)
KINDS = (EnterpriseKind.LIMITED, EnterpriseKind.JOINT_STOCK, EnterpriseKind.PARTNERSHIP)


class FirmImport(Import):
    """Keyed by credit code: a known enterprise is updated; each is newly registered once."""

    most = 500
    into = Enterprise
    by_verb = always = True
    asks = (Ask("应录入户数", help="登记机关本期新设立的有限公司、股份有限公司、有限合伙企业户数，用来算录入率").bind("announced", int, Parameter.empty),)

    def options(self, field: Field) -> list[str]:
        """Of the kinds only those that are entered."""
        return [kind.label for kind in KINDS] if field.key == "kind" else super().options(field)

    def check(self, values: dict[str, Any], target: int | None) -> Iterator[str]:
        """The three kinds, not from the future, not a second time."""
        if values.get("kind") not in KINDS:
            yield f"类型“{EnterpriseKind[values['kind']].label}”不在录入范围，只录入{'、'.join(kind.label for kind in KINDS)}"
        if values["registered_on"] > now().date().isoformat():
            yield f"成立日期“{values['registered_on']}”晚于今天"
        if target and (entered := db.session.scalar(sa.select(NewFirm.entered_at).where(NewFirm.enterprise_id == target, NewFirm.voided_at.is_(None)))):
            yield f"{entered:%Y-%m-%d}已录入过"

    def begin(self, run: Any) -> FirmBatch:
        """The list itself, one for the whole batch."""
        if there := db.session.scalar(sa.select(FirmBatch).where(FirmBatch.run_id == run.id, FirmBatch.voided_at.is_(None))):
            return there
        if run.about["announced"] < 1:
            raise Invalid("announced", "应录入户数应大于零")
        batch = FirmBatch(run=run, file_name=run.file_name, announced=run.about["announced"], confirmed_at=now())
        db.session.add(batch)
        db.session.flush()
        return batch

    def enter(self, values: dict[str, Any], run: Any, began: FirmBatch) -> Enterprise:
        """A new enterprise, on the list and pushed."""
        lead = values.pop("lead_id", None)
        return self._follow(super().enter(values, run, began), lead, run, began)

    def change(self, row: Enterprise, values: dict[str, Any], run: Any, began: FirmBatch) -> None:
        """A known one: updated, on the list and pushed."""
        lead = values.pop("lead_id", None)
        super().change(row, values, run, began)
        row.is_active = True
        self._follow(row, lead, run, began)

    def _follow(self, enterprise: Enterprise, lead: int | None, run: Any, batch: FirmBatch) -> Enterprise:
        unit = db.session.get(Unit, lead) if lead else None
        firm = NewFirm(batch=batch, enterprise=enterprise, lead=unit, registered_on=enterprise.registered_on, entered_at=now())
        db.session.add(firm)
        db.session.flush()
        if unit is not None:
            Contact.push(firm, unit, by=run.settled_by)
        return enterprise

    # -- undoing ----------------------------------------------------------------------------

    own = frozenset({"new_firm", "contact"})

    def remove(self, ids: list[int], run: Any) -> None:
        """An enterprise the list has added is out of the register's use; its papers stay."""
        for row in db.session.scalars(sa.select(Enterprise).where(Enterprise.id.in_(ids))):
            row.is_active = False

    def touched(self, ids: list[int], run: Any) -> dict[str, int]:
        """Firms a unit has worked on, and firms pushed by hand since."""
        firms = self._standing(run)
        worked = sum(1 for firm in firms if firm.enterprise_id in ids and firm.contact is not None and not firm.contact.untouched)
        return {"已经办理、退回或改派的企业": worked} if worked else {}

    def ended(self, run: Any) -> None:
        """Pushes are voided, the firms and the list stand no more: what was announced is announced anew with the next one."""
        for firm in self._standing(run):
            firm.voided_at = now()
            if firm.contact is not None and firm.contact.is_open:
                firm.contact.take_back(by=run.settled_by, reason=f"撤销导入批次：{run.file_name}")
            firm.batch.voided_at = now()
        db.session.flush()

    def _standing(self, run: Any) -> list[NewFirm]:
        query = sa.select(NewFirm).join(FirmBatch).where(FirmBatch.run_id == run.id, NewFirm.voided_at.is_(None))
        return list(db.session.scalars(query))


FIRMS = FirmImport(
    ["credit_code"],
    ["name", "credit_code", "kind", "registered_on", "town", "industry", "scale", "address", "contact_name", "contact_phone", (NewFirm, "lead")],
    required=["credit_code", "registered_on", "kind"],
    sample={"name": "演示样例科技有限公司", "credit_code": "91440300192317458F", "industry": "软件和信息技术服务业", "scale": "小型",
            "address": "示范区演示大道1号", "contact_name": "演示-张某", "contact_phone": "13900000000"},
    notes=["只录入有限公司、股份有限公司、有限合伙企业。", "牵头服务部门不确定的可不填，录入后再推送；填写的录入时即推送，72小时开始计算。"],
)
