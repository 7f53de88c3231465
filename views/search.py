"""Global search: number, letter number, enterprise, title, phone digits, unit by pinyin."""

import re
from typing import Any

import sqlalchemy as sa
from flask import redirect, request, url_for
from flask_admin import expose
from flask_login import current_user

from models import Enterprise, Matter, Notice, Ticket, Unit, db
from views.pages import EverybodysPage
from views.wordsearch import holds, holds_lately

LIMIT, FEW, MANY = 20, 5, 500  # of a group shown; units with their matters; phones with the same last four digits that are read


class SearchView(EverybodysPage):
    """One box for everything the reader may see; scope is the ORM's business."""

    @expose("/")
    def index(self) -> Any:
        """Groups of hits; a number that is exactly one matter opens it."""
        words = request.args.get("q", "").strip()[:60]
        if words and (row := db.session.scalar(sa.select(Matter).where(Matter.number == words.upper()))):
            return redirect(url_for(f"{row.kind}.details_view", id=row.id))
        groups = [group for group in self._groups(words) if group["rows"]] if len(words) >= 2 else []
        return self.render("admin/search.html", words=words, groups=groups, limit=LIMIT)

    def _groups(self, words: str) -> list[dict[str, Any]]:
        user, groups = current_user, []

        def found(model: type, *columns: Any, also: tuple[Any, ...] = ()) -> list[Any]:
            def among(clause: Any) -> list[Any]:
                return list(db.session.scalars(sa.select(model).where(sa.or_(clause, *also)).order_by(model.id.desc()).limit(LIMIT)))

            newest = holds_lately(words, *columns)
            if newest is not None and len(rows := among(newest)) == LIMIT:
                return rows
            return among(holds(words, *columns))

        if user.may("ticket:view"):
            columns = (Ticket.number, Ticket.title, Ticket.enterprise_name, Ticket.source_number)
            groups.append(_group("企业诉求", found(Ticket, *columns, also=_by_phone(Ticket, words) if user.may("ticket:reveal") else ()), "ticket"))
        groups.append(_group("任务及其他事项", [m for m in found(Matter, Matter.number, Matter.title) if m.kind != "ticket"], None))
        if user.may("notice:view"):
            groups.append(_group("文书", found(Notice, Notice.number, Notice.title), "notice"))
        if user.may("enterprise:view"):
            groups.append(_group("企业", found(Enterprise, Enterprise.name, Enterprise.credit_code,
                                            also=_by_phone(Enterprise, words) if user.may("enterprise:reveal") else ()), "enterprise"))
        if user.may("unit:view"):
            units = found(Unit, Unit.name, Unit.full_name, Unit.pinyin)
            groups.append(_group("单位", units, "unit"))
            groups.append(_listing("单位的事项", [
                (f"{unit} 承办的全部事项", url_for("matter.index_view", tab="all", flt_unit=unit.id)) for unit in units[:FEW]]))
        return groups


def _by_phone(model: type, words: str) -> tuple[Any, ...]:
    """A whole telephone number, or its last four and more digits: the sealed column finds the last four, the rest is read."""
    digits = re.sub(r"[\s-]", "", words)
    if not re.fullmatch(r"\d{4,12}", digits):
        return ()
    found = db.session.scalars(sa.select(model).where(model.contact_phone.ends_in(digits[-4:])).order_by(model.id.desc()).limit(MANY))
    return (model.id.in_([row.id for row in found if re.sub(r"\D", "", row.contact_phone or "").endswith(digits)]),)


def _listing(title: str, links: list[tuple[str, str]]) -> dict[str, Any]:
    return {"title": title, "count": None, "url": None, "rows": [{"label": label, "url": url, "end": ""} for label, url in links]}


def _group(title: str, rows: list[Any], endpoint: str | None) -> dict[str, Any]:
    return {"title": title, "count": len(rows), "url": None, "rows": [
        {"label": str(row), "url": url_for(f"{endpoint or row.kind}.details_view", id=row.id),
         "end": row.state.label if hasattr(row, "state") else ""} for row in rows
    ]}
