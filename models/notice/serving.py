"""What happens to a letter that is out: served, signed for, answered, struck off (A2)."""

from typing import Annotated, Any

from models.accountability import ActionState
from models.asks import Ask
from models.errors import Invalid
from models.flow import transition
from models.notice.receipt import Receipt
from models.notice.states import Delivery
from models.notice.states import NoticeState as S
from models.now import now
from models.unit import Unit
from models.user import User


def _is_addressee(notice: Any, by: User) -> str | None:
    if by.unit_id is None or by.unit_id != notice.addressee_id:
        return "由主送单位签收"
    signed = any(receipt.unit_id == by.unit_id for receipt in notice.receipts)
    return "本单位已签收过这份文书" if signed else None


class Serving:
    """Verbs of a letter that is out."""

    @transition("登记送达", source={S.ISSUED, S.SERVED}, target=S.SERVED, permission="notice:serve", order=10)
    def serve(
        self, *, by: User,
        unit: Annotated[Unit, Ask("送达单位")],
        method: Annotated[Delivery, Ask("送达方式")],
        received_by: Annotated[str, Ask("收件人", limit=30)],
        place: Annotated[str, Ask("送达地点", limit=80)] = "",
        witness: Annotated[str, Ask("见证人", limit=30, help="留置送达须有见证人")] = "",
        note: Annotated[str, Ask("备注", limit=200, files="送达回证")] = "",
    ) -> None:
        """A receipt per unit (送达回证)."""
        if method == Delivery.LEFT and not witness:
            raise Invalid("witness", "留置送达请填写见证人")
        self.served_at = self.served_at or now()
        self.receipts.append(
            Receipt(unit=unit, method=method, served_at=now(), received_by=received_by, place=place, witness=witness,
                    note=note, served_by=by)
        )

    @transition(
        "签收文书", source={S.ISSUED, S.SERVED}, target=S.SERVED, permission="notice:receipt", when=_is_addressee, order=10,
        hint="在系统内签收，作为系统送达回证",
    )
    def acknowledge(self, *, by: User) -> None:
        """The addressee signs in the system: that is its receipt, with the hash of what was signed."""
        self.served_at = self.served_at or now()
        self.receipts.append(
            Receipt(unit=by.unit, method=Delivery.SYSTEM, served_at=now(), received_by=by.name, served_by=by,
                    signed_hash=self.pdf_sha256)
        )

    @transition("反馈", source={S.ISSUED, S.SERVED}, target=S.ANSWERED, permission="accountability:feedback", order=20)
    def answer(
        self, *, by: User, feedback: Annotated[str, Ask("办理反馈", long=True, bare=True, files="督办反馈材料")]
    ) -> None:
        """The unit's written answer."""
        self.feedback = feedback
        if self.action:
            self.action.take_answer(feedback)

    @transition("销号", source={S.SERVED, S.ANSWERED}, target=S.CLOSED, permission="accountability:close", order=30)
    def close(self, *, by: User, outcome: Annotated[str, Ask("核查结果", long=True, bare=True)]) -> None:
        """Checked; the letter's matter is settled."""
        self.closed_at = now()
        if self.action and self.action.state in (ActionState.ISSUED, ActionState.ANSWERED):
            self.action.close(by=by, outcome=outcome)
