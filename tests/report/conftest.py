"""It is Friday, 30 August 2024, ten o'clock; August's tickets are on the desk."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from models import Ticket, db
from models.now import TZ, as_of
from models.ticket import Channel, Resolution, Satisfaction

FRIDAY = datetime(2024, 8, 30, 10, 0, tzinfo=TZ)


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    """The clock stands still."""
    with as_of(FRIDAY):
        yield


def put(cast, number: int, *, day: int = 5, due: int | None = None, answered: int | None = None, closed: int | None = None, unit=None, **fields):
    """A ticket of August 2024 as it stands in the table; days of the month, noon."""
    def at(which: int | None) -> datetime | None:
        return datetime(2024, 8, 1, 12, 0, tzinfo=TZ) + timedelta(days=which - 1) if which else None

    given = {"channel": Channel.WINDOW, "content": "内容", "enterprise_name": "演示远航科技有限公司", "exempt": False} | fields
    state = "CLOSED" if closed else "ACCEPTED"
    row = Ticket(number=f"SQ202408-9{number:04}", title=f"第{number}件", state=state, opened_at=at(day), due_at=at(due), warn_at=at(due),
                 answered_at=at(answered), closed_at=at(closed), unit=unit, created_by=cast.intake, **given)
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def august(cast) -> list[Ticket]:
    """Every case a gauge has to tell apart."""
    jia, yi, good, bad = cast.jia, cast.yi, Satisfaction.BASIC, Satisfaction.NOT
    return [
        put(cast, 1, due=12, answered=10, closed=13, unit=jia, satisfaction=good, resolution=Resolution.SOLVED, answer_seconds=9),
        put(cast, 2, due=12, answered=15, closed=16, unit=jia, satisfaction=bad, resolution=Resolution.SOLVED, reworks=1, answer_seconds=16),
        put(cast, 3, due=20, unit=jia),  # open and overdue
        put(cast, 4, due=21, answered=21, closed=22, unit=jia, resolution=Resolution.EXPLAINED),  # nobody could be reached
        put(cast, 5, due=40, unit=jia),  # due in September
        put(cast, 6, due=14, answered=14, closed=15, unit=jia, exempt=True, resolution=Resolution.EXEMPTED),
        put(cast, 7, due=9, answered=8, closed=9, unit=yi, satisfaction=good, resolution=Resolution.SOLVED, channel=Channel.LINKAGE110),
        put(cast, 8, unit=yi, due=40, channel=Channel.LINKAGE110),
        put(cast, 9, closed=6, answered=6, satisfaction=good, resolution=Resolution.ON_SPOT),  # settled at the window
        put(cast, 10, day=-10, due=3, answered=2, closed=3, unit=yi, satisfaction=Satisfaction.VERY, resolution=Resolution.SOLVED),
    ]
