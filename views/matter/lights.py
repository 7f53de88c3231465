"""Lights of many rows: as a condition, and counted so that the parts add up to the whole; how many rows wait for somebody."""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from flask import g

from models import db, waiting
from models.among import among
from models.light import Light
from models.matter import Matter
from models.narrow import bare
from models.now import now
from models.user import User
from views.filters import Where
from views.panel.rows import CAP

_matter = Matter.__table__
FEW = 2_000  # matters named by their ids
# value, word, class of the dot
SHADES = (("RED", "红", "red"), ("YELLOW", "黄", "yellow"), ("BLUE", "蓝", "blue"), ("PAUSED", "停", "hold"), ("DONE", "按期", "done"),
          ("NONE", "未起算", "none"))


def shade(model: type[Matter]) -> sa.ColumnElement[str]:
    """The light as lists show it (views/cells.py): a promise and a waiver stand still, no clock is a value of its own.

    One flat CASE over models.light.Lit: it is worked out for ten thousand rows at the foot of a list.
    """
    moment = sa.bindparam("moment", callable_=now, type_=model.due_at.type, unique=True)
    stopped = sa.func.coalesce(model.answered_at, model.closed_at)
    return sa.case(
        (model.due_at.is_(None), "NONE"), (model.state_code == "WAIVED", Light.PAUSED.value),
        (stopped > model.due_at, Light.RED.value), (stopped.is_not(None), Light.DONE.value), (model.due_at <= moment, Light.RED.value),
        (model.warn_at <= moment, Light.YELLOW.value), (model.state_code == "DEFERRED", Light.PAUSED.value), else_=Light.BLUE.value,
    )


def light_filter(model: type[Matter]) -> Where:
    """灯色 of the query bar, with the end in the kind's own words: 按期答复, 按期报送."""
    ends = {"DONE": f"按期{model.ANSWER}"}
    known = {value: ends.get(value, word) for value, word, _css in SHADES}

    def clause(value: str) -> sa.ColumnElement[bool]:
        if value not in known:
            raise ValueError(value)
        return shade(model) == value

    return Where("light", "灯色", clause, kind="select", choices=lambda: list(known.items()))


def counted(rows: Any) -> dict[str, int]:
    """How many of a select of one column, a light, burn in which colour, in order of urgency."""
    burning = rows.subquery()  # PostgreSQL cannot group by an expression with parameters
    [light] = burning.c
    found = dict(db.session.execute(sa.select(light, sa.func.count()).group_by(light)).all())
    return {value: found[value] for value, _word, _css in SHADES if found.get(value)}


def in_words(counts: dict[str, int], url: Any) -> list[dict[str, Any]]:
    """The foot of a list: a word, a number and the rows it counts, by `url(value)`."""
    words = {value: word for value, word, _css in SHADES}
    return [{"word": words[value], "n": n, "url": url(value)} for value, n in counts.items()]


def waiting_by_kind(user: User) -> dict[str, int]:
    """Kind of matter → how many wait for this reader; for the menu, the tabs and the workbench."""
    return _waiting(user)[0]


def waits(user: User) -> sa.ColumnElement[bool]:
    """The matters that wait for this reader: by their ids where they are few, so that they are looked for once a page."""
    ids = _waiting(user)[1]
    return waiting.todo(user) if ids is None else among(Matter.id, ids)


def _waiting(user: User) -> tuple[dict[str, int], list[int] | None]:
    """How many of each kind, and which, unless they are many; read once a request.

    Few are found in the table first and seen through the scope then. Many are limited, so that SQLite looks for what waits before it
    groups, instead of walking through all matters in the order of kinds.
    """
    if "waiting" not in g:
        todo = bare(waiting.todo(user))
        ids = db.session.scalars(sa.select(_matter.c.id).where(todo).limit(FEW + 1)).all()
        if len(ids) <= FEW:
            seen = db.session.execute(sa.select(Matter.id, Matter.kind).where(among(Matter.id, ids))).all() if ids else []
            g.waiting = Counter(row.kind for row in seen), [row.id for row in seen]
        else:
            mine = sa.select(Matter.kind).where(todo).limit(10 * CAP).subquery()
            g.waiting = dict(db.session.execute(sa.select(mine.c.kind, sa.func.count()).group_by(mine.c.kind)).all()), None
    return g.waiting
