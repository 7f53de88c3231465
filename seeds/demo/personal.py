"""What the printed log-ins have kept for themselves, and what waits for a signature: saved filters, drafts, followed matters."""

import json
from datetime import datetime, timedelta

import sqlalchemy as sa

from models import Draft, Follow, LetterTemplate, Matter, MatterUnit, SavedFilter, Ticket, User, db, drafting
from models.matter_unit import Part
from models.now import as_of
from models.personal import Sharing
from models.ticket import TicketState as S
from seeds.demo.desk import acting_as
from seeds.demo.people import log_ins

# user name (None: every clerk and head of a unit), list, name, conditions, for whom
FILTERS = (
    ("tongchou", "ticket", "已超期未答复", "tab=late", Sharing.ROLE),
    ("tongchou", "task", "快到期的任务", "flt_light=YELLOW&tab=all", Sharing.OWN),
    ("shouli1", "ticket", "12345转来", "flt_channel=HOTLINE&tab=all", Sharing.ROLE),
    ("shouli2", "ticket", "企业自评不满意", "flt_own=BAD&tab=all", Sharing.OWN),
    ("ducha", "ticket", "已督办仍未答复", "flt_ladder=1&tab=all", Sharing.OWN),
    ("ducha", "notice", "已发出的督办通知单", "flt_kind=SUPERVISION_NOTICE&tab=out", Sharing.OWN),
    ("jijian", "notice", "约谈和问责文书", "flt_q=约谈&tab=all", Sharing.OWN),
    ("lingdao", "ticket", "红灯诉求", "flt_light=RED&tab=all", Sharing.OWN),
    ("yuanqu", "inspection", "待审批的检查", "flt_state=DRAFTED&tab=all", Sharing.OWN),
    ("xitong", "user", "在用账号", "flt_active=1", Sharing.OWN),
    ("anquan", "grant", "在用账号", "flt_active=1", Sharing.OWN),
    ("shenji", "audit", "登录失败", "flt_action=登录失败", Sharing.OWN),
    (None, "ticket", "三个工作日内到期", "flt_light=YELLOW&tab=all", Sharing.UNIT),
)
FOLLOWERS = ("tongchou", "shouli1", "ducha", "jijian", "lingdao")  # each keeps an eye on the oldest overdue matters
FOLLOWED = 2


def add_personal(base: datetime, people: dict[str, User]) -> None:
    """Every printed log-in finds filters of its own, a form left half-way and matters it follows, where its role has such things."""
    printed = [people[username] for _role, username in log_ins()]
    for username, panel, name, query, sharing in FILTERS:
        for user in [people[username]] if username else [one for one in printed if one.username.endswith("_jingban")]:
            _filter(base, user, panel, name, query, sharing)
    for user in printed:
        _follow(base, user)
        if user.username.endswith("_jingban"):
            _half_written_reply(base, user)
    _drafts(base, people)
    with as_of(base - timedelta(hours=2)):
        _to_sign(people)
    db.session.flush()


def _filter(base: datetime, user: User, panel: str, name: str, query: str, sharing: Sharing) -> None:
    db.session.add(SavedFilter(
        user=user, panel=panel, name=name, query=query, sharing=sharing, saved_at=base - timedelta(days=9),
        unit=user.unit if sharing == Sharing.UNIT else None, role_id=user.roles[0].id if sharing == Sharing.ROLE else None,
    ))


def _mine(user: User) -> sa.Select:
    """Open demands the person's unit leads."""
    parts = sa.select(MatterUnit.matter_id).where(MatterUnit.active, MatterUnit.role == Part.LEAD, MatterUnit.unit_id == user.unit_id)
    return sa.select(Ticket).where(Ticket.id.in_(parts), Ticket.closed_at.is_(None))


def _follow(base: datetime, user: User) -> None:
    late = sa.select(Ticket).where(Ticket.answered_at.is_(None), Ticket.closed_at.is_(None), Ticket.due_at < base)
    staff = user.username.endswith(("_jingban", "_fuze"))
    query = _mine(user) if staff else late if user.username in FOLLOWERS else None
    if query is None:
        return
    for ticket in db.session.scalars(query.order_by(Ticket.due_at, Ticket.id).limit(1 if staff else FOLLOWED)):
        db.session.add(Follow(user=user, matter=ticket, since=base - timedelta(days=1)))


def _draft(base: datetime, user: User, address: str, title: str, answers: dict[str, str]) -> None:
    fields = json.dumps([[name, text] for name, text in answers.items()], ensure_ascii=False)
    db.session.add(Draft(user=user, address=address, title=title[:120], fields=fields, saved_at=base - timedelta(hours=20)))


def _half_written_reply(base: datetime, user: User) -> None:
    ticket = db.session.scalars(_mine(user).where(Ticket.state.in_([S.ACCEPTED, S.REWORK])).order_by(Ticket.due_at, Ticket.id).limit(1)).first()
    if ticket is not None:
        _draft(base, user, f"/ticket/step/reply/?id={ticket.id}", f"反馈办理结果　{ticket.number} {ticket.title}",
               {"process": "已与企业联系人核对情况，正在会同业务科室查阅档案。", "result": "（待科室意见后补充）"})


def _drafts(base: datetime, people: dict[str, User]) -> None:
    waiting = db.session.scalars(sa.select(Ticket).where(Ticket.state == S.REGISTERED).order_by(Ticket.id).limit(1)).first()
    late = db.session.scalars(sa.select(Matter).where(Matter.answered_at.is_(None), Matter.due_at < base, Matter.kind == "ticket")
                              .order_by(Matter.due_at, Matter.id).limit(1)).first()
    _draft(base, people["shouli1"], "/ticket/register/", "登记诉求", {
        "title": "厂区门前道路积水影响货车进出", "enterprise": "演示企业（待核全称）",
        "content": "企业来电反映，雨后厂区门前道路积水，货车无法进出，希望尽快疏通。",
    })
    if waiting is not None:
        _draft(base, people["tongchou"], f"/ticket/step/dispatch/?id={waiting.id}", f"派发　{waiting.number} {waiting.title}",
               {"note": "请按时限办理，办理结果经主要负责人审核后答复企业。"})
    if late is not None:
        _draft(base, people["ducha"], f"/accountability/propose/?id={late.id}", f"拟办措施　{late.number} {late.title}",
               {"grounds": "多次催办后仍无实质进展。", "requirements": "分管负责人到场说明情况，明确办结日期。"})


def _to_sign(people: dict[str, User]) -> None:
    """A warning about a demand that may grow waits for the leader's signature (T12)."""
    clerk = people["tongchou"]
    risky = sa.or_(Ticket.media_risk, Ticket.order_risk, Ticket.petition_risk)
    query = sa.select(Ticket).where(risky, Ticket.closed_at.is_(None), Ticket.unit_id.is_not(None))
    ticket = db.session.scalars(query.order_by(Ticket.id.desc()).limit(1)).first()
    known = db.session.scalar(sa.select(LetterTemplate.id).where(LetterTemplate.kind == "WARNING_NOTICE", LetterTemplate.is_active))
    if ticket is None or known is None:
        return
    with acting_as(clerk):
        letter = drafting.draft("WARNING_NOTICE", by=clerk, unit=ticket.unit, matter=ticket)
        letter.submit(by=clerk, note="情况已核实，请领导审签。")
