"""Verbs on many matters at once: derived from the verbs' own declarations, each row by itself, refusals named."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, jsonify, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user

from models import audit, db
from models.errors import Refused
from models.flow import Transition
from models.matter import Matter, MatterEvent
from models.now import now
from views.letters.binding import send_pdf
from views.matter.record import ICONS

MANY = 500  # rows one press takes at most
NAMED = 5  # refusals spelled out
SHEETS = 50  # half a minute of one core at most
PAPERS = {
    "sheets": {"icon": "printer", "text": "每条一份，合成一个 PDF，记入操作留痕。", "blank": True},
    "export": {"icon": "download", "text": "导出选中的记录，记入操作留痕。"},
}


class ManyAtOnce:
    """For a panel of matters: ``bulk = {verb: words offered in its remark box}``.

    A verb that can be pressed on many asks at most for one text; what else it could be told is in ``bulk_given``, or stays as it is by default.
    """

    bulk: dict[str, str] = {}
    bulk_given: dict[str, tuple[str, str, dict[str, Any]]] = {}  # verb: its name here, what follows, what is answered for all
    sheets_of: Callable[[list[Any]], bytes] | None = None  # what 打印办理单 prints of the rows

    def bulk_step(self, name: str) -> Transition:
        """The declaration behind a bulk verb."""
        return self.model.transitions()[name]

    def bulk_may(self, step: Transition) -> bool:
        """Whether the reader holds this verb at all."""
        return current_user.may(step.permission)

    def _label(self, step: Transition) -> str:
        return self.bulk_given[step.name][0] if step.name in self.bulk_given else step.label

    def bulk_context(self) -> dict[str, Any]:
        """What the list page needs to offer them."""
        verbs = {name: _about(self.bulk_step(name), words) for name, words in self.bulk.items()}
        for name, (_label, text, _given) in self.bulk_given.items():
            verbs[name]["text"] = f"{text}。"
        return {"bulk_meta": verbs | PAPERS, "bulk_all": True, "bulk_most": MANY}

    def bulk_reach(self, context: dict[str, Any]) -> dict[str, Any]:
        """Whom a bulk verb reaches: the unit of each row, how often it was nudged today and what its state allows."""
        held = dict(self.get_actions_list()[0])
        if not held:
            return {}
        today = _nudged_today([row.id for row in context["data"]]) if "nudge" in held else {}

        def about(row: Matter) -> dict[str, Any]:
            able = [*self._open_to(type(row), row.state), *PAPERS]
            return {"unit": row.unit.name if row.unit else "", "nudged": today.get(row.id, 0), "able": " ".join(able)}

        return {"row_about": about, "bulk_reach": url_for(".reach", **self.list_args())}

    def _open_to(self, kind: type[Matter], state: Any) -> list[str]:
        """The bulk verbs that a matter of this kind allows in this state."""
        return [name for name in self.bulk if name in kind.transitions() and state in kind.transitions()[name].source]

    @expose("/reach/")
    def reach(self) -> Response:
        """The same of all that one press on every filtered row can take; asked when somebody means them all."""
        held = dict(self.get_actions_list()[0])
        if not held:
            abort(404)
        found = self._first(MANY)
        kinds = {mapper.polymorphic_identity: mapper.class_ for mapper in Matter.__mapper__.self_and_descendants}
        rows = db.session.execute(sa.select(Matter.kind, Matter.state_code, Matter.unit_id).where(Matter.id.in_(found))).all()
        able = Counter(name for row in rows for name in self._open_to(kinds[row.kind], kinds[row.kind].STATES[row.state_code]))
        nudged = len(_nudged_today(found)) if "nudge" in held else 0
        return jsonify(units=len({row.unit_id for row in rows} - {None}), nudged=nudged, able={name: able[name] for name in self.bulk})

    def _first(self, many: int) -> list[int]:
        """Ids of the first `many` rows of the list asked for, the most urgent first."""
        args = self._get_list_extra_args()
        query = self.get_list(0, None, False, args.search, args.filters, execute=False, page_size=0)[1]
        return self.ids(query, None, False, many)

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """Bulk verbs the role holds, and what it may take away."""
        verbs = [(step.name, self._label(step)) for step in map(self.bulk_step, self.bulk) if self.bulk_may(step)]
        papers = [("sheets", "打印办理单")] if self.sheets_of and self._may("print") else []
        return [*verbs, *papers, *([("export", "导出所选")] if self.can_export else [])], {}

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Any:
        """Run a bulk verb on the picked rows or on every filtered one."""
        name, target = request.form.get("action", ""), request.form.get("url") or url_for(".index_view")
        if name not in dict(self.get_actions_list()[0]):
            abort(404)
        if name in PAPERS:
            return self._papers(name, target)
        step, rows = self.bulk_step(name), self._picked()
        done, refused = self._each(step, rows, request.form.get("note", ""))
        audit.note("批量", self.resource, None, verb=name, done=done, refused=len(refused))
        db.session.commit()
        if done:
            flash(f"{step.past} {done} 条", "success")
        if refused:
            flash(f"{len(refused)} 条没有{self._label(step)}：" + "；".join(refused[:NAMED]) + ("……" if len(refused) > NAMED else ""), "error")
        if not rows:
            flash("没有选中可以办理的记录", "error")
        return redirect(target)

    def _papers(self, name: str, target: str) -> Any:
        """The picked rows as a workbook, or their sheets in one PDF."""
        rows = self._picked()
        if not rows:
            flash("没有选中记录", "error")
            return redirect(target)
        if name == "export":
            return redirect(url_for(".export", export_type="xlsx", tab="all", flt_rows=".".join(str(row.id) for row in rows)))
        if len(rows) > SHEETS:
            flash(f"一次最多打印 {SHEETS} 份办理单，选中了 {len(rows)} 份，请分批打印", "error")
            return redirect(target)
        data = type(self).sheets_of(rows)
        db.session.commit()
        return send_pdf(data, f"办理单 {len(rows)} 份")

    def _each(self, step: Transition, rows: list[Matter], note: str) -> tuple[int, list[str]]:
        """How many were done, and why the others were not; one refusal holds nobody else up."""
        user, done, refused = current_user._get_current_object(), 0, []
        given = self.bulk_given.get(step.name, ("", "", {}))[2]
        reminded = _nudged_today([row.id for row in rows]) if step.name == "nudge" else {}
        for row in rows:
            try:
                if row.id in reminded:  # pressed twice, or by two people, is still one reminder a day
                    raise Refused("今天已经催办过")
                with db.session.begin_nested():
                    row.do(step.name, by=user, **given, **_answers(row.transitions().get(step.name), note))
                done += 1
            except Refused as why:
                refused.append(f"{row.number}：{why}")
        return done, refused

    def _picked(self) -> list[Any]:
        if request.form.get("scope") == "all":
            ids = self._first(MANY + 1)
            if len(ids) > MANY:
                flash(f"一次最多办理 {MANY} 条，已办前 {MANY} 条，请缩小条件后继续", "error")
        else:
            ids = [int(i) for i in request.form.getlist("rowid") if i.isdecimal() and len(i) < 18]
        # Read plainly: a verb locks its row as it was read, and PostgreSQL locks no outer joins.
        return list(db.session.scalars(sa.select(self.model).where(self.model.id.in_(ids[:MANY])).order_by(self.model.id)))


def _remark(step: Transition) -> Any:
    """The question the remark box stands for: the one that must be answered, else the first text."""
    texts = [ask for ask in step.asks if ask.kind is str and not ask.many]
    return next((ask for ask in texts if ask.required), texts[0] if texts else None)


def _about(step: Transition, words: str) -> dict[str, Any]:
    """Icon, what follows, and the remark box of one bulk verb."""
    about = {"icon": ICONS.get(step.name, "check-lg"), "text": f"{step.outcome}。"}
    if ask := _remark(step):
        about |= {"label": ask.label, "required": ask.required, "note": words or ("" if ask.required else "可不填") or ask.label}
    return about


def _answers(step: Transition | None, note: str) -> dict[str, str]:
    ask = step and _remark(step)
    return {ask.name: note} if ask else {}


def _nudged_today(ids: list[int]) -> dict[int, int]:
    """Matter → how often somebody has nudged it since midnight."""
    since = now().replace(hour=0, minute=0, second=0, microsecond=0)
    times = sa.select(MatterEvent.matter_id, sa.func.count()).where(
        MatterEvent.matter_id.in_(ids), MatterEvent.action == "nudge", MatterEvent.at >= since).group_by(MatterEvent.matter_id)
    return dict(db.session.execute(times).all()) if ids else {}
