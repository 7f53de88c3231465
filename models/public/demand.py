"""What an enterprise does on the public page: submit, show that a demand is its own, add, take back, rate (T15)."""

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.base import db
from models.category import Category
from models.codes import check_credit_code, check_phone
from models.enterprise import Enterprise
from models.errors import Invalid, Refused
from models.now import now
from models.public.limits import bucket, count
from models.public.records import EnterpriseRating, Proof, PublicDemand
from models.ticket import Channel, Satisfaction, Ticket, TicketState
from models.ticket.states import OPEN_STATES, TRIAGE_STATES

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L
CODE_LENGTH = 12
LONGEST = 1000
RATEABLE = frozenset({TicketState.APPROVED, TicketState.CLOSED})
WITHDRAWABLE = TRIAGE_STATES | {TicketState.DISPATCHED, TicketState.ACCEPTED}
ENTERPRISE = "企业"  # how the timeline calls whoever wrote on the public page
_MOBILE = re.compile(r"1[3-9]\d{9}")


@dataclass
class Given:
    """What was written on the form."""

    enterprise: str
    contact: str
    phone: str
    content: str
    credit_code: str = ""
    category: Category | None = None
    consent: bool = False

    def __post_init__(self) -> None:
        for name in ("enterprise", "contact", "phone", "content", "credit_code"):
            setattr(self, name, getattr(self, name).replace("\r\n", "\n").strip())

    def faults(self) -> dict[str, str]:
        """Field → what would be right; empty when all is well. Telephone and code are compacted."""
        found = {}
        for name, label, most in (("enterprise", "企业名称", 120), ("contact", "联系人", 30), ("phone", "手机号", 20), ("content", "反映的问题", LONGEST)):
            value = getattr(self, name)
            if not value:
                found[name] = f"请填写{label}"
            elif len(value) > most:
                found[name] = f"{label}请控制在{most}字以内，现为{len(value)}字"
        for name, check in (("phone", mobile), ("credit_code", check_credit_code)):
            if name not in found and getattr(self, name):
                try:
                    setattr(self, name, check(getattr(self, name)))
                except ValueError as error:
                    found[name] = str(error)
        if not self.consent:
            found["consent"] = "请先阅读并同意个人信息处理说明"
        return found


def mobile(text: str) -> str:
    """A mobile number without blanks, or ValueError."""
    phone = check_phone(text)
    if not _MOBILE.fullmatch(phone):
        raise ValueError("手机号应为11位数字，如 13800000000")
    return phone


def title_of(content: str) -> str:
    """The first clause of what was written, as a title."""
    first = re.split(r"[。！？；\n]", content.strip(), maxsplit=1)[0]
    return first if len(first) <= 40 else first[:39] + "…"


def submit(given: Given, key: str, word: str, pick: Callable[[str], str] = secrets.choice) -> tuple[Ticket, str]:
    """Enter a demand of the channel 网上投诉窗口; the ticket and the code to follow it with, which is kept as a hash only.

    `word` is the challenge that was answered: Refused when it has been used before; `pick` draws the code's characters.
    The caller has checked `faults()`.
    """
    if count(bucket(key, "challenge", word), timedelta(days=1)) > 1:
        raise Refused("这张表单已经提交过，请刷新页面后再填")
    firm = _registered(given)
    ticket = Ticket(
        number=Ticket.next_number(), state=TicketState.REGISTERED, opened_at=now(), channel=Channel.WEB, title=title_of(given.content),
        content=given.content, category=given.category, enterprise=firm, enterprise_name=given.enterprise, town=firm.town if firm else None,
        contact_name=given.contact, contact_phone=given.phone,
    )
    db.session.add(ticket)
    say(ticket, "register", "登记", f"来源：{Channel.WEB.label}，企业自行提交")
    code = "".join(pick(ALPHABET) for _ in range(CODE_LENGTH))
    db.session.add(PublicDemand(ticket=ticket, token_hash=_hash(code), credit_code=given.credit_code or None, consent_at=now()))
    db.session.flush()
    return ticket, spaced(code)


def _registered(given: Given) -> Enterprise | None:
    """The enterprise of the register that has this code and this name; a code alone may be somebody else's."""
    if not given.credit_code:
        return None
    found = db.session.scalar(sa.select(Enterprise).where(Enterprise.credit_code == given.credit_code))
    return found if found and found.name == given.enterprise else None


def spaced(code: str) -> str:
    """ABCD-EFGH-JKLM"""
    return "-".join(code[i:i + 4] for i in range(0, len(code), 4))


def _compact(text: str) -> str:
    return re.sub(r"[\s\-—–]", "", unicodedata.normalize("NFKC", text)).upper()


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def proof_kind(text: str) -> Proof:
    """Whether this looks like a telephone number or like a code."""
    return Proof.PHONE if re.fullmatch(r"\+?[\d转]+", _compact(text)) and len(_compact(text)) != CODE_LENGTH else Proof.CODE


def find(number: str, proof: str) -> tuple[Ticket, Proof] | None:
    """The demand of that number if the code or the telephone number is its own; None otherwise, without saying which was wrong."""
    ticket = db.session.scalar(sa.select(Ticket).where(Ticket.number == tidy_number(number)))
    kept = db.session.scalar(sa.select(PublicDemand.token_hash).where(PublicDemand.ticket_id == ticket.id)) if ticket else None
    if hmac.compare_digest(_hash(_compact(proof)), kept or "0" * 64):
        return ticket, Proof.CODE
    try:
        phone = check_phone(proof)
    except ValueError:
        phone = _compact(proof)
    own = (ticket.contact_phone or "") if ticket else ""
    if own and hmac.compare_digest(own.encode(), phone.encode()):
        return ticket, Proof.PHONE
    return None


def tidy_number(text: str) -> str:
    """SQ202408-00012, however it was typed."""
    text = _compact(text)[:24]
    return f"{text[:8]}-{text[8:]}" if re.fullmatch(r"SQ\d{11,}", text) else text


# -- afterwards -----------------------------------------------------------------------------


def say(ticket: Ticket, action: str, label: str, note: str) -> None:
    """A row of the timeline in the enterprise's name."""
    event = ticket.log(action, label, by=None, note=note)
    event.by_name = ENTERPRISE


def may_add(ticket: Ticket) -> bool:
    """Whether something can still be added."""
    return ticket.state in OPEN_STATES


def add(ticket: Ticket, text: str) -> None:
    """A supplement: into the timeline, where the handling unit reads it."""
    text = text.replace("\r\n", "\n").strip()
    if not may_add(ticket):
        raise Refused("这件诉求已经结束，不能再补充；有新的问题请重新反映")
    if not text:
        raise Invalid("text", "请填写要补充的内容")
    if len(text) > LONGEST:
        raise Invalid("text", f"请控制在{LONGEST}字以内，现为{len(text)}字")
    say(ticket, "enterprise_add", "企业补充", text)
    db.session.flush()


def may_withdraw(ticket: Ticket, proof: Proof) -> bool:
    """Only with the code, which the handling unit does not have, and before there is an answer."""
    return proof == Proof.CODE and ticket.state in WITHDRAWABLE


def withdraw(ticket: Ticket, proof: Proof, reason: str) -> None:
    """Take the demand back."""
    if not may_withdraw(ticket, proof):
        raise Refused("现在不能撤回；撤回须凭查询码，且在答复之前")
    reason = reason.strip()[:200]
    ticket.withdraw(by=None, reason=f"企业在公众页撤回：{reason or '未说明原因'}")


def rating_of(ticket: Ticket) -> EnterpriseRating | None:
    """The rating of the running round, if given."""
    return db.session.scalar(sa.select(EnterpriseRating).where(EnterpriseRating.ticket_id == ticket.id, EnterpriseRating.round == ticket.reworks + 1))


def ratings(ticket: Ticket) -> list[EnterpriseRating]:
    """All ratings of a demand that the reader may see, by round."""
    return list(db.session.scalars(sa.select(EnterpriseRating).where(EnterpriseRating.ticket_id == ticket.id).order_by(EnterpriseRating.round)))


def may_rate(ticket: Ticket) -> bool:
    """An answer is out and has not been rated."""
    return ticket.state in RATEABLE and rating_of(ticket) is None


def rate(ticket: Ticket, proof: Proof, solved: bool, satisfaction: Satisfaction, comment: str) -> EnterpriseRating:
    """The enterprise's own statement. It closes nothing and reopens nothing: whoever calls back weighs it (T8).

    The timeline says that there is one, not what it says: the handling unit reads the timeline.
    """
    if not may_rate(ticket):
        raise Refused("这一轮答复已经评价过" if ticket.state in RATEABLE else "还没有答复，答复后才能评价")
    comment = comment.replace("\r\n", "\n").strip()
    if len(comment) > LONGEST:
        raise Invalid("comment", f"请控制在{LONGEST}字以内，现为{len(comment)}字")
    row = EnterpriseRating(ticket=ticket, round=ticket.reworks + 1, at=now(), proof=proof, solved=solved, satisfaction=satisfaction, comment=comment or None)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Refused("这一轮答复已经评价过") from None
    say(ticket, "enterprise_rate", "企业评价", "企业已在公众页评价，内容供回访人员参考")
    db.session.flush()
    return row
