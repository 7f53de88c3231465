"""Which stories the small demo tells, and how many working days before its end each one begins."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from models.ticket import Channel, Satisfaction
from models.ticket.states import Decision, Organ, Resolution, Tendency
from seeds.demo.desk import Case
from seeds.demo.stories import doors, ladder, paths, public

Telling = Callable[[Case], Iterator[datetime]]
tell = partial

# (working days back, story). Together they show every state, side door and light.
SHOWN: list[tuple[int, Telling]] = [
    # waiting at the front desk
    (0, tell(public.submitted)),
    (0, tell(paths.registered, channel=Channel.HOTLINE, answer_seconds=11)),
    (0, tell(paths.registered, channel=Channel.SPECIAL, by="teyao")),
    (2, tell(doors.consulting, category="xietiao")),
    (3, tell(doors.reported_up, category="lvyue")),
    (3, tell(doors.district, category="zhengwu")),
    (3, tell(doors.returned, times=1)),
    (5, tell(doors.returned, times=2)),
    # on a unit's desk
    (0, tell(paths.given, channel=Channel.ZHENGQITONG)),
    (0, tell(paths.given, channel=Channel.LINKAGE110, category="qita-ganrao")),
    (0, tell(paths.given, category="shebao")),
    (5, tell(doors.forced, category="xietiao")),
    (2, tell(paths.signed, category="shengchan")),
    (2, tell(paths.working, category="jinrong", files=True)),
    (4, tell(paths.working, category="zhengwu", files=True)),
    (4, tell(paths.working, category="shebao")),
    (12, tell(paths.working, channel=Channel.DISCLOSURE, category="zhengwu")),
    (2, tell(paths.working, channel=Channel.MINSHENG, category="shenghuo")),
    (4, tell(doors.extension, decision=None, category="shengchan")),
    (5, tell(doors.extension, decision=Decision.AGREE, category="zhengwu")),
    (4, tell(doors.extension, decision=Decision.REFUSE, category="jinrong")),
    (3, tell(doors.exemption, decision=None, category="falv")),
    (4, tell(doors.exemption, decision=Decision.REFUSE, category="sanluan")),
    (4, tell(doors.promise, sign=False, category="shengchan")),
    (6, tell(doors.promise, sign=True, category="shengchan")),
    (16, tell(doors.promise, sign=True, days=1, category="lvyue")),
    (4, tell(paths.replied, category="zhengwu")),
    (5, tell(paths.replied, refuse=True, category="cailiao")),
    (2, tell(doors.flagged, tendencies=[Tendency.MEDIA], category="qita-ganrao")),
    (3, tell(doors.flagged, tendencies=[Tendency.PETITION, Tendency.ORDER], category="shebao")),
    # answered, called back
    (6, tell(paths.answered, category="shebao", files=True)),
    (6, tell(paths.answered, channel=Channel.MINSHENG, category="shenghuo")),
    (5, tell(public.rated, solved=True, level=Satisfaction.SATISFIED)),
    (6, tell(public.rated, solved=False, level=Satisfaction.NOT, comment="窗口还是让补材料，没有办成。")),
    (8, tell(paths.unreached, calls=1, close=False)),
    (18, tell(paths.unreached, calls=3, close=True)),
    (9, tell(paths.reworked, level=Satisfaction.NOT, finish=False, category="zhengwu")),
    (10, tell(paths.reworked, level=Satisfaction.VERY_NOT, finish=False, category="jiancha")),
    (22, tell(paths.reworked, level=Satisfaction.NOT)),
    (30, tell(paths.reworked, level=Satisfaction.VERY_NOT, rounds=2)),
    (12, tell(paths.solved, level=Satisfaction.VERY, files=True)),
    (14, tell(paths.solved, level=Satisfaction.SATISFIED, channel=Channel.SPECIAL, by="teyao")),
    (15, tell(paths.solved, level=Satisfaction.BASIC)),
    (20, tell(paths.solved, channel=Channel.LINKAGE110, category="qita-ganrao")),
    (33, tell(paths.solved, channel=Channel.LINKAGE110, category="shengchan")),
    (35, tell(paths.solved, channel=Channel.DISCLOSURE, category="zhengwu", resolution=Resolution.EXPLAINED)),
    (5, tell(paths.on_spot, finish=False, category="zhengce")),
    (9, tell(paths.on_spot, category="zhengce")),
    (17, tell(paths.on_spot, category="zhengwu", channel=Channel.WINDOW)),
    (19, tell(paths.unsigned)),
    # ended otherwise
    (11, tell(doors.exemption, decision=Decision.AGREE, category="falv")),
    (26, tell(doors.exemption, decision=Decision.AGREE, category="sanluan")),
    (16, tell(doors.transferred, organ=Organ.DISCIPLINE, category="sanluan")),
    (24, tell(doors.transferred, organ=Organ.COURT, category="falv")),
    (13, tell(doors.withdrawn)),
    (10, tell(doors.merged, category="shengchan")),
    (40, tell(doors.promise, sign=True, days=8, keep=True, category="shengchan")),
    (28, tell(doors.extension, decision=Decision.AGREE, finish=True, category="zhengwu")),
    (25, tell(doors.reported_up, answer=True, category="lvyue")),
    (21, tell(doors.consulting, conclude=True, category="xietiao")),
    (23, tell(doors.returned, times=2, force=True)),
    (27, tell(doors.reassigned)),
    # overdue and on the ladder
    (7, tell(ladder.climb, to=0, category="zhengwu")),
    (8, tell(ladder.climb, to=0, category="shengchan")),
    (8, tell(ladder.climb, to=1, category="shebao")),
    (9, tell(ladder.climb, to=1, then="answer", category="zhengwu")),
    (13, tell(ladder.climb, to=2, category="shengchan")),
    (14, tell(ladder.climb, to=2, by_leader=True, category="xietiao")),
    (19, tell(ladder.climb, to=3, then="answer", category="lvyue")),
    (28, tell(ladder.climb, to=4, category="xietiao")),
    (38, tell(ladder.climb, to=1, then="finish", category="shebao")),
    (46, tell(ladder.climb, to=2, then="finish", category="zhengwu")),
    (16, tell(paths.signed, category="shengchan")),
]
DOUBLES = 1  # the second registration inside `merged`
SMALL = 160  # tickets of the hand-made set
ORDINARY: tuple[tuple[int, Telling], ...] = (  # weight, story
    (12, tell(paths.solved, level=Satisfaction.VERY)),
    (20, tell(paths.solved, level=Satisfaction.SATISFIED)),
    (8, tell(paths.solved, level=Satisfaction.BASIC)),
    (4, tell(paths.solved, resolution=Resolution.EXPLAINED)),
    (12, tell(paths.on_spot)),
    (4, tell(paths.reworked)),
    (2, tell(doors.reassigned)),
)
MANUAL_TASKS = 16


def ordinary(case: Case) -> Iterator[datetime]:
    """One of the many that simply get done."""
    weights, stories = zip(*ORDINARY, strict=True)
    yield from case.rng.choices(stories, weights)[0](case)
