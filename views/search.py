"""Global search: number, letter number, enterprise, title, phone digits, unit by pinyin."""

import re
from typing import Any

import sqlalchemy as sa
from flask import redirect, request, url_for
from flask_admin import BaseView, expose
from flask_login import current_user

from models import Enterprise, Matter, Notice, Ticket, Unit, db
from models.codes import check_phone
from views.filters import like

LIMIT = 20


class SearchView(BaseView):
    """One box for everything the reader may see; scope is the ORM's business."""

    def is_visible(self) -> bool:
        """Reached from the header only."""
        return False

    def is_accessible(self) -> bool:
        """Whoever is logged in."""
        return current_user.is_authenticated

    @expose("/")
    def index(self) -> Any:
        """Groups of hits; a number that is exactly one matter opens it."""
        words = request.args.get("q", "").strip()[:60]
        if words and (row := db.session.scalar(sa.select(Matter).where(Matter.number == words.upper()))):
            return redirect(url_for(f"{row.kind}.details_view", id=row.id))
        groups = [group for group in self._groups(words) if group["rows"]] if len(words) >= 2 else []
        return self.render("admin/search.html", words=words, groups=groups, limit=LIMIT)

    def _groups(self, words: str) -> list[dict[str, Any]]:
        user, pattern, groups = current_user, like(words), []

        def found(model: type, *columns: Any, also: tuple[Any, ...] = ()) -> list[Any]:
            clause = sa.or_(*(column.ilike(pattern, escape="\\") for column in columns), *also)
            return list(db.session.scalars(sa.select(model).where(clause).order_by(model.id.desc()).limit(LIMIT)))

        if user.may("ticket:view"):
            columns = (Ticket.number, Ticket.title, Ticket.enterprise_name, Ticket.source_number)
            groups.append(_group("企业诉求", found(Ticket, *columns, also=_by_phone(words)), "ticket"))
        groups.append(_group("任务及其他事项", [m for m in found(Matter, Matter.number, Matter.title) if m.kind != "ticket"], None))
        if user.may("notice:view"):
            groups.append(_group("文书", found(Notice, Notice.number, Notice.title), "notice"))
        if user.may("enterprise:view"):
            groups.append(_group("企业", found(Enterprise, Enterprise.name, Enterprise.credit_code), "enterprise"))
        if user.may("unit:view"):
            groups.append(_group("单位", found(Unit, Unit.name, Unit.full_name, Unit.pinyin), "unit"))
        return groups


def _by_phone(words: str) -> tuple[Any, ...]:
    """A whole telephone number, or its last four digits: more than that the sealed column does not know."""
    if re.fullmatch(r"\d{4}", words):
        return (Ticket.contact_phone.ends_in(words),)
    try:
        return (Ticket.contact_phone == check_phone(words),)
    except ValueError:
        return ()


def _group(title: str, rows: list[Any], endpoint: str | None) -> dict[str, Any]:
    return {"title": title, "rows": [
        {"label": str(row), "url": url_for(f"{endpoint or row.kind}.details_view", id=row.id),
         "end": row.state.label if hasattr(row, "state") else ""} for row in rows
    ]}
