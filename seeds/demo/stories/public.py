"""Through the public page: an enterprise submits its demand, adds to it, rates the answer (T15)."""

from collections.abc import Iterator
from datetime import datetime

from models.public import Proof
from models.public.demand import add, rate
from models.ticket import Satisfaction
from seeds.demo.desk import Case, acting_as
from seeds.demo.stories import paths

Story = Iterator[datetime]


def submitted(case: Case) -> Story:
    """Waiting to be judged, with a supplement."""
    case.submit()
    yield case.soon()
    with acting_as(None):
        add(case.ticket, "补充：去年同一件事在窗口登记过一次，当时没有给书面答复。")


def rated(case: Case, solved: bool, level: Satisfaction, comment: str = "") -> Story:
    """Answered, and rated by the enterprise before anybody has called."""
    case.submit()
    yield case.soon()
    case.dispatch(co=False)
    yield case.later()
    case.do(case.clerk, "sign")
    yield case.later(1)
    paths.reply(case)
    yield case.later()
    paths.review(case)
    yield case.later()
    with acting_as(None):
        rate(case.ticket, Proof.CODE, solved, level, comment)
