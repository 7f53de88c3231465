"""The words of a letter beside its exact pages: previewed as often as one likes, kept only when saved (A2)."""

import base64
from typing import Any

import sqlalchemy as sa
from flask import request

from models import Notice, db
from models.errors import LetterError
from models.notice import UNISSUED
from models.notice.facts import reply_due
from models.notice.renewing import FIELDS, by_hand, moved
from models.wording import WordingError
from views.letters import page_count, page_png, render_pdf
from views.letters.binding import in_todays_words, notice_pdf, paper_of
from views.steps import StepRun, key

WORDS = ("title", "addressee", "body", "cc", "contact")
MOST_PAGES = 12  # shown beside the form


def start(row: Notice) -> dict[str, Any]:
    """What the form begins with: today's words, and the deadline they state."""
    with in_todays_words(row):
        until = row.action and (row.action.new_due_at if row.edited else reply_due(row))
        return {name: getattr(row, name) for name in WORDS} | {"until": f"{until:%Y-%m-%d %H:%M}" if until else ""}


def marked(row: Notice) -> dict[str, Any]:
    """What a hand-edited draft has of the hand, and which facts moved since: (was, is) each."""
    base = row.details.get("worded") if row.edited and row.state in UNISSUED else None
    if not base:
        return {"by_hand": [], "moved": []}
    with db.session.no_autoflush:
        hand = [pair for name in FIELDS for pair in by_hand(base[name], getattr(row, name))]
        return {"by_hand": hand, "moved": [(change.old, change.new) for change in moved(row)]}


def wants_preview() -> bool:
    """Whether the button was 预览, which saves nothing."""
    return request.method == "POST" and bool(request.form.get("preview"))


def beside(row: Notice, run: StepRun) -> dict[str, Any]:
    """The pages that belong to what stands in the form, or why there are none."""
    try:
        data = notice_pdf(row) if request.method == "GET" else _as_typed(row, {name: run.form[key(name)].data or "" for name in WORDS})
        pages = min(page_count(data), MOST_PAGES)
        sheets = [f"data:image/png;base64,{base64.b64encode(page_png(data, n, 800)).decode()}" for n in range(1, pages + 1)]
        return {"sheets": sheets, "fault": ""}
    except (LetterError, WordingError) as error:
        return {"sheets": [], "fault": str(error)}


def _as_typed(row: Notice, words: dict[str, str]) -> bytes:
    """The draft with these words, printed; the letter itself is left as it was."""
    with db.session.no_autoflush:
        try:
            for name, text in words.items():
                setattr(row, name, text.replace("\r\n", "\n"))
            return render_pdf(paper_of(row), draft=True)
        finally:
            if sa.inspect(row).modified:
                db.session.expire(row)
