"""The facts of a ticket as the paper form shows them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_login import current_user
from markupsafe import Markup

from models import PublicDemand, Ticket, db
from models.calendar import work_calendar
from models.clock import deadline, warn_at
from models.now import now
from models.public.demand import ratings
from models.standard import Stage
from models.ticket import Deferral, TicketState
from models.ticket.states import Decision
from models.unit import ContactPost
from views.cells import short_time, shown
from views.matter.record import parts_rows
from views.personal import cell


def sections(panel: Any, row: Ticket) -> list[dict[str, Any]]:
    """All sections that have something to say."""
    made = [_asked(panel, row), _handled(row)]
    made += [section for section in (_requests(row), own_ratings(row), _calls(row)) if section["rows"]]
    return made


def _asked(panel: Any, row: Ticket) -> dict[str, Any]:
    rows = [
        [("诉求企业", _enterprise(row))],
        [("统一信用代码", _own_code(row)), ("所属镇街园区", str(row.town or "未填写"))],
        [("联系人", cell(panel, row, "contact_name", "contact_phone") or "未留"), ("登记时间", shown(row.opened_at))],
        [("诉求内容", row.content)],
    ]
    if row.source_number or row.answer_seconds is not None:
        rows.append([("来源编号", row.source_number or "无"),
                     ("三方通话", f"{row.answer_seconds} 秒接听" if row.answer_seconds is not None else "无")])
    if row.manner and row.unit:
        rows.append([("办理方式", row.manner.label)])
    rows += parts_rows(row)
    if row.unit:
        rows.append([("具体负责人", str(row.handler or _contact(row, ContactPost.HANDLER))),
                     ("分管领导", _contact(row, ContactPost.DEPUTY))])
    return {"title": "诉求登记", "aside": "联系方式打码，查看即留痕", "icon": "lock", "rows": rows}


def _enterprise(row: Ticket) -> Any:
    if not row.enterprise_id:
        return row.enterprise_name
    before = db.session.execute(
        sa.select(sa.func.count(), sa.func.count(Ticket.closed_at)).where(
            Ticket.enterprise_id == row.enterprise_id, Ticket.id < row.id
        )
    ).one()
    note = f"此前反映 {before[0]} 次，已办结 {before[1]} 次" if before[0] else "首次反映"
    name = Markup("{}").format(row.enterprise.name)
    if current_user.may("enterprise:view"):
        name = Markup('<a href="{}">{}</a>').format(url_for("enterprise.details_view", id=row.enterprise_id), name)
    return Markup('{}　<span class="muted">{}</span>').format(name, note)


def _contact(row: Ticket, post: ContactPost) -> str:
    people = [c for c in row.unit.contacts if c.post == post and c.is_active]
    return f"{people[0].name}　{people[0].section or ''}".strip("　") if people else "未登记"


def _handled(row: Ticket) -> dict[str, Any]:
    gains = sum(outcome.amount for outcome in row.outcomes if outcome.amount)
    blank = None if row.is_open else "无"
    rows = [
        [("办理进展", row.progress or blank)],
        [("上轮办理结果" if _is_earlier(row) else "办理结果", row.result or blank)],
        [("办结方式", row.resolution.label if row.resolution else None),
         ("满意度", row.satisfaction_words)],
        [("成效（万元）", f"{gains:,.2f}" if gains else "无"), ("催办/退回/重办", f"{row.reminders} / {row.returns} / {row.reworks} 次")],
    ]
    if row.state == TicketState.RETURNED:
        since = next(event.at for event in row.events if event.to_state == TicketState.RETURNED)
        days = work_calendar().working_days_between(since, now())
        rows.append([("退回待派", f"{short_time(since)} 退回，等待重新派发已 {days} 个工作日")])
    if row.merged_into:
        link = Markup('<a href="{}">{}</a>').format(url_for("ticket.details_view", id=row.merged_into_id), row.merged_into)
        rows.append([("并入", link)])
    return {"title": "办理情况", "rows": rows}


def _is_earlier(row: Ticket) -> bool:
    """Whether the result on record is the last round's: this round has not been answered yet."""
    return bool(row.reworks) and row.answered_at is None and row.state != TicketState.REPLIED


def _verdict(request: Any) -> str:
    if request.decision is None:
        return "待审批"
    return f"{request.decision.label}（{request.decided_by} {short_time(request.decided_at)}）{request.opinion or ''}"


def _requests(row: Ticket) -> dict[str, Any]:
    """Extensions, exemptions, promises: asked, decided, by whom."""
    rows: list[list[tuple[str, Any]]] = []
    for ask in row.extension_rows:
        rows.append([("申请延期", f"{ask.due_before:%m-%d} 延至 {ask.due_asked:%m-%d}：{ask.reason}\n审批：{_verdict(ask)}")])
    for ask in row.exemptions:
        rows.append([("不予受理", f"{ask.ground.label}：{ask.explanation}\n证明材料：{ask.evidence}\n审核：{_verdict(ask)}")])
    for ask in row.deferrals:
        broken = "（到期未兑现）" if _is_broken(row, ask) else ""
        rows.append([("承诺办理", f"承诺 {ask.promised_at:%Y-%m-%d} 前解决{broken}\n措施：{ask.measures}\n方案：{ask.plan}\n步骤：{ask.steps}\n"
                                  f"企业认可：{ask.consent}\n签批：{_verdict(ask)}")])
    return {"title": "申请与审批", "rows": rows}


def _is_broken(row: Ticket, ask: Deferral) -> bool:
    """As the list 未兑现 has it, of a ticket in hand."""
    if ask.decision != Decision.AGREE or ask.promised_at > now() or (row.closed_at and row.closed_at <= ask.promised_at):
        return False
    return not any(event.to_state == TicketState.APPROVED and ask.decided_at <= event.at <= ask.promised_at for event in row.events)


def own_ratings(row: Ticket) -> dict[str, Any]:
    """What the enterprise itself has said on the public page; not shown to the unit that answered (T15)."""
    rows = []
    for said in ratings(row):
        words = f"{'已解决' if said.solved else '没解决'}，{said.satisfaction.label}。{said.comment or ''}"
        rows.append([(f"第{said.round}轮自评", f"{short_time(said.at)} 凭{said.proof.label}：{words}")])
    return {"title": "企业自评", "rows": rows}


def _own_code(row: Ticket) -> str:
    """The code of the register, or the one the enterprise has given itself."""
    if row.enterprise:
        return row.enterprise.credit_code or "未填写"
    given = db.session.scalar(sa.select(PublicDemand.credit_code).where(PublicDemand.ticket_id == row.id))
    return f"{given}（企业自报，未入库）" if given else "未入库"


def _calls(row: Ticket) -> dict[str, Any]:
    rows = []
    for call in row.callbacks:
        said = f"联系上，{'已解决' if call.solved else '未解决'}，{call.satisfaction.label}" if call.reached else "未联系上"
        rows.append([(f"第{call.round}轮{'二次' if call.second else ''}回访", f"{short_time(call.at)} {call.by} {call.way.label}{said}。{call.comment or ''}")])
    return {"title": "回访", "rows": rows}



_NOTED = {"after_title": "派发后", "after_note": "更正后显示起算日、签收时限和变色日期。"}


def after_dispatch(row: Ticket, step: str) -> dict[str, Any]:
    """What a dispatch at this moment starts: signing, yellow, red; and the limit beside its field."""
    calendar, handle, sign = work_calendar(), row.standard(Stage.HANDLE), row.standard(Stage.SIGN)
    rows = [("起算", f"{now().month}月{now().day}日派发，次日起第 1 天")]
    if sign:
        rows.append(("签收", f"{_moment(deadline(now(), sign.limit, calendar).due_at)} 前；不签收视同签收，时限不停"))
    if handle is None:
        return _NOTED | {"after": [*rows, ("时限", "没有适用的时限标准，请自定截止日")]} | _limit_row(step, "")
    due = deadline(now(), handle.limit, calendar).due_at
    yellow = warn_at(now(), due, calendar, handle.warning)
    rows += [
        ("时限", str(handle)), ("转黄", f"{yellow.month}月{yellow.day}日（剩 {handle.warn_amount} {handle.warn_unit.label}）"),
        ("转红", f"{_moment(due)} 后"), ("提醒", "转黄时站内消息提醒承办单位"),
    ]
    hard = row.hard_standard()
    longer = f"；复杂疑难 {_moment(deadline(now(), hard.limit, calendar).due_at)}" if hard else ""
    return _NOTED | {"after": rows} | _limit_row(step, f"按标准 {_moment(due)} 止{longer}")


def _limit_row(step: str, words: str) -> dict[str, Any]:
    """The choice of a limit and its date share one row."""
    return {} if step == "reassign" else {"groups": [["term", "until"]], "asides": {"term": words}}


def _moment(moment: datetime) -> str:
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"
