"""What readers keep for themselves – saved filters, chosen columns, drafts, followed matters – and the pages that keep it."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from flask import Flask, Response, abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import Length

from models import Draft, Follow, ListColumns, Matter, SavedFilter, db
from models.now import now
from models.personal import DRAFT_LENGTH, MOST_DRAFTS, MOST_FILTERS, Sharing
from models.remembered import remembered
from models.user import User
from views.cells import clause_words, short_time
from views.pages import EverybodysPage
from views.security import is_local

PASSING = ("url", "page", "page_size")  # of an address, what says where somebody came from, not which form or list it is


def _me() -> User:
    return current_user._get_current_object()


# -- read by every list ----------------------------------------------------------------------------


def filters(panel: str) -> Sequence[sa.Row]:
    """The reader's own and those shared with them."""
    kept, me = SavedFilter, _me().id
    query = sa.select(kept.user_id, kept.name, kept.query, kept.sharing, kept.is_default).where(kept.panel == panel)
    query = query.order_by(kept.user_id != me, kept.id).limit(MOST_FILTERS)
    return remembered(("filters", panel, me), lambda: db.session.execute(query).all())


def default_filter(panel: str) -> sa.Row | None:
    """The one the reader opens this list with."""
    return next((row for row in filters(panel) if row.is_default and row.user_id == _me().id), None)


def _own_filters(panel: str) -> list[SavedFilter]:
    query = sa.select(SavedFilter).where(SavedFilter.panel == panel, SavedFilter.user_id == _me().id).order_by(SavedFilter.id)
    return list(db.session.scalars(query.limit(MOST_FILTERS)))


def whose(row: SavedFilter | sa.Row) -> str:
    """Who has saved it and for whom."""
    mine = row.user_id == _me().id
    return f"{row.sharing.label}{'，默认打开' if row.is_default and mine else ''}" if mine else f"{row.sharing.label}共享"


def hidden_columns(panel: str) -> list[str] | None:
    """Columns the reader has switched off here; None = as the panel has them."""
    kept = db.session.scalar(sa.select(ListColumns.hidden).where(ListColumns.panel == panel, ListColumns.user_id == _me().id))
    return None if kept is None else kept.split(",")


def follows(matter: Matter) -> bool:
    """Whether the reader follows this matter."""
    return db.session.scalar(sa.select(Follow.id).where(Follow.matter_id == matter.id, Follow.user_id == _me().id)) is not None


def draft_here() -> dict[str, Any] | None:
    """The reader's draft of the form at this address."""
    row = _draft(address_of(request.full_path))
    return {"at": short_time(row.saved_at), "values": json.loads(row.fields)} if row else None


def drafts(user: User) -> list[Draft]:
    """Unfinished forms, the latest first."""
    return list(db.session.scalars(sa.select(Draft).where(Draft.user_id == user.id).order_by(Draft.saved_at.desc(), Draft.id.desc())))


def address_of(path: str) -> str:
    """The address of a form without where its reader came from."""
    path, _, query = path.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name not in PASSING]
    return f"{path}?{urlencode(kept)}" if kept else path


def _draft(address: str) -> Draft | None:
    return db.session.scalar(sa.select(Draft).where(Draft.user_id == _me().id, Draft.address == address))


# -- the pages -------------------------------------------------------------------------------------


class KeepForm(FlaskForm):
    """A name for a list, and who else may use it."""

    name = StringField("名称", [Length(max=20, message="名称请控制在20字以内")], description="如 三日内到期、园区企业")
    sharing = RadioField("谁可使用", choices=Sharing.choices(), default=Sharing.OWN.value)
    is_default = BooleanField("默认打开")


class KeptView(EverybodysPage):
    """Everybody's own things; nobody else's are ever touched."""

    def _panel(self, endpoint: str) -> Any:
        found = next((view for view in self.admin._views if view.endpoint == endpoint and hasattr(view, "asked")), None)
        return found if found is not None and found.is_accessible() else abort(404)

    @expose("/", methods=("GET", "POST"))
    def save(self) -> Any:
        """存为筛选: the list at `query` of `panel` under a name."""
        panel, form = self._panel(request.args.get("panel", "")), KeepForm()
        query = _conditions(request.args.get("query", ""))
        back, errors = f"{url_for(f'{panel.endpoint}.index_view')}?{query}", []
        if form.is_submitted() and form.validate():
            errors = self._save(panel, query, form)
            if not errors and not form.name.errors:
                flash(f"已存为筛选“{form.name.data.strip()}”", "success")
                return redirect(back)
        own = _own_filters(panel.endpoint)
        form.name.flags.required = True
        return self.render(
            "admin/keep.html", title="存为筛选", form=form, general_errors=errors, back={"url": back, "label": "返回列表"}, own=own, whose=whose,
            verb={"label": "保存筛选", "short": "保存", "icon": "bookmark-star"}, draft=False, matter={"title": panel.name},
            after_note="保存当前的条件、标签和排序。共享后，本单位或同角色的人在“常用筛选”里看得到，只有您能删改。",
        ), 422 if form.is_submitted() else 200

    def _save(self, panel: Any, query: str, form: KeepForm) -> list[str]:
        user, name, sharing = _me(), (form.name.data or "").strip(), Sharing[form.sharing.data]
        own = {row.name: row for row in _own_filters(panel.endpoint)}
        if not name:
            form.name.errors = ["请填写名称"]
            return []
        if name not in own and len(own) >= MOST_FILTERS:
            return [f"每个列表最多保存 {MOST_FILTERS} 个筛选，请先删去不用的"]
        if sharing == Sharing.UNIT and not user.unit_id:
            return ["您的账号没有单位，不能共享给本单位"]
        if form.is_default.data:
            for other in own.values():
                other.is_default = False
            db.session.flush()
        row = own.get(name) or SavedFilter(user=user, user_id=user.id, panel=panel.endpoint, name=name)
        row.query, row.sharing, row.is_default, row.saved_at = query, sharing, form.is_default.data, now()
        row.unit_id = user.unit_id if sharing == Sharing.UNIT else None
        row.role_id = user.roles[0].id if sharing == Sharing.ROLE else None
        db.session.add(row)
        db.session.commit()
        return []

    @expose("/filter/drop/", methods=("POST",))
    def drop(self) -> Any:
        """Delete one's own filter."""
        row = self._own(SavedFilter)
        target = url_for("kept.save", panel=row.panel, query=row.query)
        flash(f"已删除筛选“{row.name}”", "success")
        db.session.delete(row)
        db.session.commit()
        return redirect(target)

    @expose("/columns/", methods=("POST",))
    def columns(self) -> Any:
        """The columns a reader does not want in a list; without any list given the panel's own choice is back."""
        panel, user = self._panel(request.form.get("panel", "")), _me()
        row = db.session.scalar(sa.select(ListColumns).where(ListColumns.panel == panel.endpoint, ListColumns.user_id == user.id))
        if "hidden" not in request.form:
            if row:
                db.session.delete(row)
        else:
            known = [name for name in request.form["hidden"].split(",") if name in panel.columns]
            row = row or ListColumns(user=user, user_id=user.id, panel=panel.endpoint)
            row.hidden = ",".join(known)
            db.session.add(row)
        db.session.commit()
        return {}

    @expose("/follow/", methods=("POST",))
    def follow(self) -> Any:
        """关注 a matter one sees, or no longer."""
        matter = self._row(Matter)
        user, back = _me(), request.form.get("url") or url_for(f"{matter.kind}.details_view", id=matter.id)
        row = db.session.scalar(sa.select(Follow).where(Follow.matter_id == matter.id, Follow.user_id == user.id))
        if row:
            db.session.delete(row)
        else:
            db.session.add(Follow(user=user, user_id=user.id, matter=matter, matter_id=matter.id))
        db.session.commit()
        flash("已取消关注" if row else "已关注，工作台“抄送”里随时可看", "success")
        return redirect(back)

    @expose("/draft/", methods=("POST",))
    def draft(self) -> Any:
        """Keep an unfinished form."""
        user, address = _me(), address_of(request.form.get("address", ""))
        fields, title = request.form.get("fields", ""), request.form.get("title", "").strip()[:120]
        if not (is_local(address) and len(address) <= 200 and title and _is_form(fields)):
            abort(400)
        row = _draft(address)
        if row is None:
            if len(drafts(user)) >= MOST_DRAFTS:
                return {"error": f"草稿已满 {MOST_DRAFTS} 份，请先清理"}, 409
            row = Draft(user=user, user_id=user.id, address=address)
        row.title, row.fields, row.saved_at = title, fields, now()
        db.session.add(row)
        db.session.commit()
        return {"at": f"{row.saved_at:%H:%M}"}

    @expose("/draft/drop/", methods=("POST",))
    def undraft(self) -> Any:
        """Give a draft up."""
        row = _draft(address_of(request.form["address"])) if "address" in request.form else self._own(Draft)
        if row:
            db.session.delete(row)
            db.session.commit()
        return redirect(url_for("admin.index", tab="drafts"))

    def _row(self, model: type) -> Any:
        wanted = request.args.get("id", "")
        return (db.session.get(model, int(wanted)) if wanted.isdecimal() and len(wanted) < 18 else None) or abort(404)

    def _own(self, model: type) -> Any:
        row = self._row(model)
        return row if row.user_id == _me().id else abort(404)


def _conditions(query: str) -> str:
    """Of an address only what makes a list."""
    kept = [(name, value) for name, value in parse_qsl(query) if name in ("tab", "search", "sort", "desc") or name.startswith("flt_")]
    return urlencode(sorted(kept))[:800]


def _is_form(text: str) -> bool:
    """Pairs of name and value, not too long."""
    if len(text) > DRAFT_LENGTH:
        return False
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, list) and all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in found)


def init_app(app: Flask) -> None:
    """Forms find their draft; a form that was accepted has none any more. What pages cite reads with the names of the documents."""
    app.jinja_env.globals["draft_here"] = draft_here
    app.jinja_env.filters["clauses"] = clause_words
    app.after_request(_sent)


def _sent(answer: Response) -> Response:
    """A POST that leads elsewhere was accepted: its draft is done with."""
    if request.method == "POST" and answer.status_code in (302, 303) and request.endpoint and not request.endpoint.startswith(("kept.", "auth.")) \
            and current_user and current_user.is_authenticated and (row := _draft(address_of(request.full_path))):
        db.session.delete(row)
        db.session.commit()
    return answer
