"""Three months in order: stories wake at their moments, the sweep runs every morning, nothing happens after the end."""

import heapq
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import count

from models import Heartbeat, db
from models.now import TZ, as_of, now
from models.sweep import EFFECTS
from seeds.demo.desk import acting_as

Story = Iterator[datetime]
_SWEEP_AT = time(8, 20)


class Simulation:
    """A queue of (moment, story). A story is a generator that yields the moment of its next step."""

    def __init__(self, end: datetime) -> None:
        self.end, self._queue, self._order = end, [], count()

    def begin(self, moment: datetime, story: Story) -> None:
        """Let a story start at `moment`; one that would start after the end never does."""
        heapq.heappush(self._queue, (moment, next(self._order), story))

    def run(self) -> None:
        """Everything up to the end."""
        while self._queue and self._queue[0][0] <= self.end:
            moment, _, story = heapq.heappop(self._queue)
            with as_of(moment):
                following = next(story, None)
            if following:
                self.begin(max(following, moment + timedelta(seconds=1)), story)


def mornings(start: date, end: datetime, tasks_from: date, after: Callable[[], None]) -> Story:
    """The daily sweep, and a last one at the end. Recurring tasks and the heartbeat only from `tasks_from` on:
    three months of every unit's routine would bury the examples."""
    day = start
    while True:
        moment = datetime.combine(day, _SWEEP_AT, TZ)
        if moment >= end:
            break
        yield moment
        pass_of_clocks(with_tasks=day >= tasks_from)
        after()
        day += timedelta(days=1)
    yield end
    pass_of_clocks(with_tasks=True)


def pass_of_clocks(with_tasks: bool) -> None:
    """The sweep's effects inside the demo's own transaction (the sweep itself would commit)."""
    counts = {}
    for name, (label, effect) in EFFECTS.items():
        if with_tasks or name not in ("tasks", "ratings"):
            with acting_as(None):
                counts[label] = effect()
    if with_tasks:
        db.session.add(
            Heartbeat(started_at=now(), finished_at=now(), as_of=now(), counts=json.dumps(counts, ensure_ascii=False))
        )
        db.session.flush()
