"""The addresses of the interface; each says in views/api/document.py what it takes and gives."""

import re
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy.orm import joinedload

from models import Enterprise, Ticket, audit, db
from models.interface import exchange
from models.now import TZ, now
from models.ticket import Channel
from views.api import gate
from views.api.document import MOST, document
from views.api.gate import BASE, Problem, require

bp = Blueprint("api", __name__, url_prefix=BASE)
gate.arm(bp)


@bp.get("/openapi.json", endpoint="document")
def openapi() -> Response:
    """What this interface is, for programs."""
    return jsonify(document())


def _whole(name: str, default: int, least: int, most: int) -> int:
    """A number of the address, or a problem that says what would be right."""
    text = request.args.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,18}", text) or not least <= int(text) <= most:
        raise Problem(400, errors={name: f"应为{least}至{most}的整数"})
    return int(text)


def _page() -> tuple[int, int]:
    return _whole("since", 0, 0, 10**15), _whole("limit", 100, 1, MOST)


def _answer(items: list[dict[str, Any]], cursor: int, more: bool, what: str) -> Response:
    audit.record("接口读取", what, None, rows=len(items))
    return jsonify({"items": items, "next": cursor, "more": more})


@bp.get("/tickets")
def tickets() -> Response:
    """Demands with news since the cursor."""
    require("ticket:view")
    since, limit = _page()
    found, more = exchange.changed_since(since, limit)
    return _answer([exchange.ticket_out(row) for _place, row in found], found[-1][0] if found else since, more, "ticket")


@bp.get("/tickets/<number>")
def ticket(number: str) -> Response:
    """One demand by our number."""
    require("ticket:view")
    row = db.session.scalar(sa.select(Ticket).where(Ticket.number == number)) if _plain(number) else None
    if row is None:
        raise Problem(404)
    made = exchange.ticket_out(row)
    audit.record("接口读取", "ticket", row.id)
    return jsonify(made)


@bp.put("/tickets/<channel>/<external_number>")
def put_ticket(channel: str, external_number: str) -> tuple[Response, int]:
    """A demand by its external number: entered, or brought up to date."""
    require("ticket:register")
    if channel not in Channel.__members__:
        raise Problem(404, "没有这个来源渠道")
    if not (_plain(external_number) and 0 < len(external_number) <= 40 and external_number == external_number.strip()):
        raise Problem(400, errors={"external_number": "来源编号应为1至40个字符，首尾没有空格"})
    if request.mimetype != "application/json":
        raise Problem(415)
    given = request.get_json()
    if not isinstance(given, dict):
        raise Problem(422, "应为一个 JSON 对象")
    if wrong := exchange.faults(given):
        raise Problem(422, errors=wrong)
    row, new = exchange.take_in(g.api_user, Channel[channel], external_number, given)
    db.session.commit()
    return jsonify(exchange.ticket_out(row)), 201 if new else 200


def _plain(text: str) -> bool:
    return text.isprintable()


@bp.get("/enterprises")
def enterprises() -> Response:
    """The register, in the order of entry."""
    require("enterprise:view")
    since, limit = _page()
    rows = db.session.scalars(
        sa.select(Enterprise).where(Enterprise.id > since).order_by(Enterprise.id).limit(limit + 1).options(joinedload(Enterprise.town))
    ).all()
    page = rows[:limit]
    return _answer([exchange.enterprise_out(row) for row in page], page[-1].id if page else since, len(rows) > limit, "enterprise")


@bp.get("/matters/due")
def due() -> Response:
    """Open matters whose time runs out by the end of a day; without a day, within a week."""
    since, limit = _page()
    rows, more = exchange.due_before(_end_of(request.args.get("before")), limit, since)
    return _answer([exchange.matter_out(row) for row in rows], rows[-1].id if rows else since, more, "matter")


def _end_of(day: str | None) -> datetime:
    if day is None:
        return now() + timedelta(days=7)
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
            raise ValueError
        return datetime.strptime(f"{day} 23:59:59", "%Y-%m-%d %H:%M:%S").replace(tzinfo=TZ)
    except ValueError:
        raise Problem(400, errors={"before": "日期请写成 2024-08-05"}) from None
