"""Many letters printed at once are the pages each would be by itself, whatever presses they came from."""

import io
from datetime import timedelta

import pdfplumber

from models import AccountabilityAction, Notice, db
from models.now import as_of
from models.sweep import sweep
from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE


def pages(pdf: bytes) -> list[tuple[str, frozenset[str]]]:
    """Of every page that bears anything: its words, and the faces they are set in."""
    with pdfplumber.open(io.BytesIO(pdf)) as book:
        return [(page.extract_text(), frozenset(char["fontname"].rpartition("+")[2] for char in page.chars)) for page in book.pages if page.chars]


def test_a_batch_of_drafts_has_the_same_pages_as_the_drafts(desk, cast):
    tickets = [cast.accepted(title=f"第{n}件稳岗返还未到账") for n in "一二三四五六七"]
    db.session.commit()
    with as_of(tickets[0].due_at + timedelta(days=1)):
        sweep()
        actions = db.session.scalars(db.select(AccountabilityAction)).all()
        desk("supervisor").does(actions[2].notice, "issue")  # in their midst one that is out
        ids = [str(row.id) for row in db.session.scalars(db.select(Notice).order_by(Notice.id))]
        batch = desk("supervisor").client.post("/notice/action/?tab=all", data={"action": "print", "rowid": ids})
        singles = [page for each in ids for page in pages(desk("supervisor").raw(f"/notice/pdf/?id={each}").data)]
    assert batch.mimetype == "application/pdf"
    assert len(singles) >= len(ids) == 7
    assert sorted(pages(batch.data), key=str) == sorted(singles, key=str)
