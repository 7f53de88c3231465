"""Between the database and the printing press: a Notice or a Ticket as a Paper, a Paper as bytes."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Response, has_request_context, request, send_file

from models import audit, db, drafting, scope
from models.matter import Matter
from models.notice import OUT, Notice, Receipt
from models.now import now
from models.setting import setting
from models.wording import chinese_date
from views.letters.kinds import Issue, LetterKind, assemble, default_kinds
from views.letters.paper import Annex, Delivery, Form, Paper
from views.letters.render import Order, render_many, render_pdf, render_receipt
from views.letters.stamp import joined, reader_mark, void_mark
from views.personal import reader_words, veiled_facts, veils

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def paper_of(notice: Notice) -> Paper:
    """Everything that stands on this letter. Wordings of annexes are filled from the facts of the moment."""
    kind = default_kinds().get(notice.kind)
    context = drafting.letter_context(notice) if kind and (kind.annex or kind.facts) else {}
    annexes = (Annex(kind.annex.title, tables=(kind.annex.fill(context),)),) if kind and kind.annex else ()
    tables = (kind.facts.fill(context, kind.facts.title),) if kind and kind.facts else ()
    stub = Delivery(letter=notice.title, number=notice.number or "", sender=notice.agency, receiver=notice.addressee)
    return Paper(
        form=Form(notice.form), title=notice.title, issued=notice.dated or now().date(), mark=notice.agency,
        series=notice.word or "", number=notice.number, addressee=notice.addressee, body=notice.body, annexes=annexes, tables=tables,
        attachments=kind.attachments if kind else (), agency=notice.agency, contact=notice.contact or "",
        cc=tuple(part for part in (notice.cc or "").split("、") if part), code=notice.code or "",
        verify_url=verify_url(notice.code) if notice.code else "",
        printer=notice.agency if notice.form == Form.DOCUMENT else "", secrecy=kind.secrecy if kind else "",
        tear_off=stub if kind and kind.tear_off else None,
    )


def verify_url(code: str) -> str:
    """Where the QR code of a letter leads: the desk's own verification page."""
    base = setting("site_url") or (request.url_root if has_request_context() else "")
    return f"{base.rstrip('/')}/verify/{code}" if base else ""


def render_notice(notice: Notice) -> bytes:
    """The final PDF of a numbered letter; what `Notice.issue` freezes."""
    return render_pdf(paper_of(notice))


def notice_pdf(notice: Notice) -> bytes:
    """The frozen PDF, or for a draft the exact page as it would be issued now, marked as a draft.

    A void letter carries the mark 作废 over its pages; the stored file stays as it was issued.
    """
    if notice.is_void:
        return _void_pdf(notice.pdf or _draft_pdf(paper_of(notice)), void_line(notice))
    if notice.pdf is not None:
        return notice.pdf
    with in_todays_words(notice):
        return _draft_pdf(paper_of(notice))


def void_line(notice: Notice) -> str:
    """Under the mark: which number is void, and since when."""
    day = f"{chinese_date(notice.closed_at.date())}作废" if notice.closed_at else "已作废"
    return f"{notice.number}　{day}" if notice.number else f"未编号　{day}"


@lru_cache(maxsize=8)
def _void_pdf(pdf: bytes, line: str) -> bytes:
    return void_mark(pdf, line)


def many_pdf(notices: Iterable[Notice], *, body_only: bool = False) -> bytes:
    """All of them in one file for printing on both sides; those that are out as they were frozen."""
    return joined(render_many([_body_order(notice) if body_only else _piece(notice) for notice in notices]))


def _piece(notice: Notice) -> bytes | Order:
    """One of many: its file when there is one, else what has to be printed."""
    if notice.is_void or notice.pdf is not None:
        return notice_pdf(notice)
    with in_todays_words(notice):
        return Order(paper_of(notice), draft=True)


@lru_cache(maxsize=8)
def _draft_pdf(paper: Paper) -> bytes:
    """The page of a letter asks for its pictures one by one; its draft is printed once for all of them."""
    return render_pdf(paper, draft=True)


@contextmanager
def in_todays_words(notice: Notice) -> Iterator[None]:
    """An unedited draft worded from the facts of the moment, to look at: nothing of it is kept."""
    with db.session.no_autoflush:
        try:
            drafting.reword(notice)
            yield
        finally:
            if sa.inspect(notice).modified:
                db.session.expire(notice)


def body_pdf(notice: Notice) -> bytes:
    """套红打印: the same positions without anything red, for paper with a pre-printed head."""
    return render_many([_body_order(notice)])[0].pdf


def _body_order(notice: Notice) -> Order:
    return Order(paper_of(notice), draft=notice.pdf is None, body_only=True)


def send_word(notice: Notice) -> Response:
    """The letter as an editable docx for WPS."""
    return send_docx(paper_of(notice), f"{notice.number or '草稿'} {notice.title}", draft=notice.pdf is None)


def send_docx(paper: Paper, name: str, *, draft: bool = False) -> Response:
    """A paper as a docx, downloaded under its Chinese name."""
    from views.letters.word import render_docx  # python-docx: 3 MB few processes need

    return send_file(io.BytesIO(render_docx(paper, draft=draft)), mimetype=DOCX, as_attachment=True, download_name=f"{name}.docx")


def companions(notice: Notice) -> list[LetterKind]:
    """The sheets that are printed with this letter: its form for the answer, the record of a talk."""
    kind = default_kinds().get(notice.kind)
    return [default_kinds()[code] for code in kind.companions] if kind and notice.state in OUT else []


def companion_paper(notice: Notice, code: str) -> Paper | None:
    """One of them, filled from the letter's facts; None when this letter has no such sheet."""
    kind = next((found for found in companions(notice) if found.code == code), None)
    if kind is None:
        return None
    with scope.everything():
        facts = kind.facts.fill(drafting.letter_context(notice), kind.facts.title)
    return Paper(form=kind.form, title=kind.title, issued=now().date(), mark=notice.agency, tables=(facts,))


def ticket_sheets(matters: Iterable[Matter]) -> bytes:
    """T11: one matter, one list, one result – facts and the whole timeline, with the name of who prints them; each from a front page."""
    orders = []
    for matter in matters:
        orders.append(Order(_sheet_paper(matter)))
        audit.record("打印", matter.kind, matter.id, what="工单办理单")
    return reader_mark(joined(render_many(orders)), reader_words())


def _sheet_paper(matter: Matter) -> Paper:
    context: dict[str, Any] = {
        "agency": drafting.agency_facts(), "unit": {"name": matter.unit.name if matter.unit else "待派发"},
        "matter": drafting.matter_facts(matter), "action": drafting.action_facts(None, matter), "meeting": {}, "inspection": {},
        "timeline": drafting.timeline_facts(matter), "today": now().date(),
    }
    return assemble(default_kinds()["TICKET_SHEET"], veiled_facts(context) if veils() else context, Issue(issued=now().date()))


def receipt_pdf(notice: Notice, receipt: Receipt | None = None) -> bytes:
    """送达回证 of a letter; blank fields are left for the pen."""
    return render_receipt(
        Delivery(
            letter=notice.title, number=notice.number or "", sender=notice.agency,
            receiver=receipt.unit.name if receipt else notice.addressee,
            delivered_at=receipt.served_at if receipt else None, place=(receipt and receipt.place) or "",
            method=receipt.method.label if receipt else "", signer=receipt.received_by if receipt else "",
            witness=(receipt and receipt.witness) or "", server=str(receipt.served_by or "") if receipt else "",
            remark=(receipt and receipt.note) or "",
        )
    )


def send_pdf(data: bytes, name: str, *, download: bool = False) -> Response:
    """A PDF shown in the browser or downloaded under its Chinese name."""
    return send_file(io.BytesIO(data), mimetype="application/pdf", as_attachment=download, download_name=f"{name}.pdf")
