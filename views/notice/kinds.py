"""The kinds of letters by name."""

import sqlalchemy as sa
from flask import g

from models import LetterTemplate, Notice, db
from views.letters import default_kinds


def kinds() -> list[tuple[str, str]]:
    """(kind, name) of every template in use."""
    rows = db.session.execute(
        sa.select(LetterTemplate.kind, LetterTemplate.label).where(LetterTemplate.is_active).order_by(LetterTemplate.id)
    )
    return [(row.kind, row.label) for row in rows]


def letter_choices() -> list[tuple[str, str]]:
    """(code, name) of every kind of letter the house knows."""
    return [(kind.code, kind.label) for kind in default_kinds().values()]


def goes_along(kind: str) -> bool:
    """Sheets printed from a letter or a matter are no letters: they are not drafted, numbered or served."""
    known = default_kinds().get(kind)
    return known is not None and (known.companion or known.timeline)


def kind_label(row: Notice) -> str:
    """The name of its kind; a list asks once."""
    if "letter_kinds" not in g:
        g.letter_kinds = LetterTemplate.labels()
    return g.letter_kinds.get(row.kind, row.title)
