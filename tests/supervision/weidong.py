"""W's year entered the way officials enter it: through the registers and the verbs."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from models import Campaign, Check, Lead, Problem, Suggestion, Ticket, Unit, db
from models.now import TZ, as_of
from models.supervision.states import LeadSource, LookBackResult, ProblemSource
from models.ticket import Channel, Outcome, Satisfaction
from models.ticket.states import Decision
from tests.cast import Cast

YEAR: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "weidong_2023.yaml").read_text(encoding="utf-8"))


def on(day: date, hour: int = 10) -> datetime:
    """An office hour of that day."""
    return datetime.combine(day, time(hour), TZ)


def _by_code(model: type) -> dict[str, Any]:
    return {row.code: row for row in db.session.scalars(db.select(model))}


def enter_supervision(cast: Cast) -> None:
    """Checks, problems looked back at, suggestions, the lead, the outcomes."""
    campaigns, units = _by_code(Campaign), _by_code(Unit)
    checks = [
        Check(campaign_id=campaigns[code].id, held_on=day, unit=units[unit], method=method, interviewed=firms, files_read=files)
        for code, day, unit, method, firms, files in YEAR["checks"]
    ]
    db.session.add_all(checks)
    db.session.flush()
    for place, title in YEAR["problems"]:
        _solve(cast, checks[place], title)
    for code, day, unit, content, adoption in YEAR["suggestions"]:
        db.session.add(Suggestion(campaign=campaigns[code], made_on=day, unit=units[unit], content=content, adoption=adoption,
                                  answered_on=day + timedelta(days=20)))
    code, day, unit, title = YEAR["lead"]
    with as_of(on(day)):
        Lead.receive(by=cast.discipline, title=title, content=title, source=LeadSource.CHECK, campaign=campaigns[code], reported_unit=units[unit])
    for code, unit, kind, amount in YEAR["outcomes"]:
        db.session.add(Outcome(campaign=campaigns[code], unit=units[unit], kind=kind, amount=amount, at=on(date(2023, 12, 15))))
    db.session.flush()


def _solve(cast: Cast, check: Check, title: str) -> None:
    with as_of(on(check.held_on)):
        problem = Problem.find(by=cast.discipline, unit=check.unit, title=title, content=title, source=ProblemSource.CHECK, check=check)
    clerk = cast.jia_clerk
    home, clerk.unit = clerk.unit, check.unit  # whoever is the clerk there
    with as_of(on(check.held_on + timedelta(days=7))):
        problem.rectify(by=clerk, result="已整改。", person="演示-责任人")
    clerk.unit = home
    with as_of(on(check.held_on + timedelta(days=8))):
        problem.accept(by=cast.discipline)
    with as_of(min(on(check.held_on + timedelta(days=35)), on(date(2023, 12, 29)))):
        problem.look_back(by=cast.discipline, result=LookBackResult.REAL, note="已改到位。")


def enter_demands(cast: Cast) -> None:
    """82 demands, taken in, handled, called back."""
    people = {name: getattr(cast, name) for name in ("intake", "intake2", "coordinator", "jia_clerk", "jia_head")}
    wanted = YEAR["demands"]
    first = date(2023, 3, 6)
    for number in range(wanted["on_spot"] + wanted["dispatched"]):
        moment = on(first + timedelta(days=7 * (number % 40)))
        with as_of(moment):
            ticket = Ticket.register(by=people["intake"], title=f"诉求{number}", content="请协调解决。", channel=Channel.WEB, enterprise_name="演示企业")
            _settle(ticket, people, number < wanted["on_spot"], cast)
        with as_of(moment + timedelta(hours=3)):
            ticket.callback(by=people["intake2"], reached=True, solved=True, satisfaction=Satisfaction.VERY)


def _settle(ticket: Ticket, people: dict[str, Any], at_once: bool, cast: Cast) -> None:
    if at_once:
        ticket.resolve_on_spot(by=people["coordinator"], result="当场协调解决。")
        return
    ticket.dispatch(by=people["coordinator"], lead=cast.jia)
    ticket.sign(by=people["jia_clerk"])
    ticket.reply(by=people["jia_clerk"], process="已联系企业。", result="已解决。")
    ticket.review(by=people["jia_head"], decision=Decision.AGREE)
