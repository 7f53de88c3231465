"""What is done at the desk rather than looked at: a change saved, a verb pressed, many rows at once."""

import time
from collections.abc import Callable

import lxml.html
import sqlalchemy as sa

from models import Matter, db, scope
from scripts.bench.operations import Marks
from scripts.bench.visitor import Visitor


def save(visitor: Visitor, at: Marks) -> float:
    """Open the form of a firm, change one field, save."""
    address = f"/enterprise/edit/?id={at.enterprise}"
    fields = _fields(visitor.get(address)) | {"industry": f"批发业{time.time_ns() % 1000}"}
    return _seconds(lambda: visitor.client.post(address, data=fields))


def verb(visitor: Visitor, at: Marks) -> float:
    """Open the form of 催办 and press it; another ticket each time, since the second press within a minute is refused."""
    address = f"/ticket/step/nudge/?id={next(at.others)}"
    fields = _fields(visitor.get(address)) | {"note": "请按时限反馈办理进展"}
    return _seconds(lambda: visitor.client.post(address, data=fields))


def many(visitor: Visitor, count: int) -> tuple[float, int]:
    """Nudge up to `count` matters at once; seconds and how many there were."""
    page = visitor.get("/ticket/?page_size=100")
    with visitor.client.application.app_context(), scope.everything():
        wanted = sa.select(Matter.id).where(Matter.kind == "ticket", Matter.state_code == "ACCEPTED").order_by(Matter.id.desc())
        ids = [str(one) for one in db.session.scalars(wanted.limit(count))]
        db.session.remove()
    send = {"action": "nudge", "rowid": ids, "note": "请抓紧办理", "scope": "page"}
    return _seconds(lambda: visitor.post("/ticket/action/?tab=all", page, **send)), len(ids)


def _fields(page: str) -> dict[str, str]:
    """The main form of a page as it stands there."""
    forms = [form for form in lxml.html.fromstring(page).forms if form.method == "POST"]
    return dict(max(forms, key=lambda form: len(form.fields)).form_values())


def _seconds(press: Callable[[], object]) -> float:
    started = time.perf_counter()
    answer = press()
    if answer.status_code != 302:
        raise RuntimeError(f"refused with {answer.status_code}")
    return time.perf_counter() - started
