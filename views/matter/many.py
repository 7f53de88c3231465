"""Verbs on many matters at once: derived from the verbs' own declarations, each row by itself, refusals named."""

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user

from models import audit, db
from models.errors import Refused
from models.flow import Transition
from models.matter import Matter, MatterEvent
from models.now import now
from views.matter.record import ICONS

MANY = 500  # rows one press takes at most
NAMED = 5  # refusals spelled out


class ManyAtOnce:
    """For a panel of matters: ``bulk = {verb: words offered in its remark box}``.

    A verb that can be pressed on many asks at most for one text; what else it could be told stays as it is by default.
    """

    bulk: dict[str, str] = {}

    def bulk_step(self, name: str) -> Transition:
        """The declaration behind a bulk verb."""
        return self.model.transitions()[name]

    def bulk_may(self, step: Transition) -> bool:
        """Whether the reader holds this verb at all."""
        return current_user.may(step.permission)

    def bulk_context(self) -> dict[str, Any]:
        """What the list page needs to offer them."""
        return {"bulk_meta": {name: _about(self.bulk_step(name), words) for name, words in self.bulk.items()}, "bulk_all": True, "bulk_most": MANY}

    def bulk_reach(self, context: dict[str, Any]) -> dict[str, Any]:
        """Whom a bulk verb reaches: the unit of each row and how often it was nudged today; the same of all that one press can take."""
        held = dict(self.get_actions_list()[0])
        if not held:
            return {}
        today = _nudged_today([row.id for row in context["data"]]) if "nudge" in held else {}
        reach = {"row_about": lambda row: {"unit": row.unit.name if row.unit else "", "nudged": today.get(row.id, 0)}}
        if (context.get("count") or 0) > len(context["data"]):
            args = self._get_list_extra_args()
            ids = self.ids(self.get_list(0, None, False, args.search, args.filters, execute=False, page_size=0)[1], None, False).limit(MANY)
            found = list(db.session.scalars(ids))
            units = db.session.scalar(sa.select(sa.func.count(sa.distinct(Matter.unit_id))).where(Matter.id.in_(found)))
            reach["bulk_whole"] = {"units": units, "nudged": len(_nudged_today(found)) if "nudge" in held else 0}
        return reach

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """Bulk verbs the role holds."""
        steps = map(self.bulk_step, self.bulk)
        return [(step.name, step.label) for step in steps if self.bulk_may(step)], {}

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Any:
        """Run a bulk verb on the picked rows or on every filtered one."""
        name, target = request.form.get("action", ""), request.form.get("url") or url_for(".index_view")
        if name not in dict(self.get_actions_list()[0]):
            abort(404)
        step, rows = self.bulk_step(name), self._picked()
        done, refused = self._each(step, rows, request.form.get("note", ""))
        audit.note("批量", self.resource, None, verb=name, done=done, refused=len(refused))
        db.session.commit()
        if done:
            flash(f"{step.past} {done} 条", "success")
        if refused:
            flash(f"{len(refused)} 条没有{step.label}：" + "；".join(refused[:NAMED]) + ("……" if len(refused) > NAMED else ""), "error")
        if not rows:
            flash("没有选中可以办理的记录", "error")
        return redirect(target)

    def _each(self, step: Transition, rows: list[Matter], note: str) -> tuple[int, list[str]]:
        """How many were done, and why the others were not; one refusal holds nobody else up."""
        user, done, refused = current_user._get_current_object(), 0, []
        reminded = _nudged_today([row.id for row in rows]) if step.name == "nudge" else {}
        for row in rows:
            try:
                if row.id in reminded:  # pressed twice, or by two people, is still one reminder a day
                    raise Refused("今天已经催办过")
                with db.session.begin_nested():
                    row.do(step.name, by=user, **_answers(row.transitions().get(step.name), note))
                done += 1
            except Refused as why:
                refused.append(f"{row.number}：{why}")
        return done, refused

    def _picked(self) -> list[Any]:
        if request.form.get("scope") == "all":
            args = self._get_list_extra_args()
            query = self.get_list(0, None, False, args.search, args.filters, execute=False, page_size=0)[1]
            ids = list(db.session.scalars(self.ids(query, None, False).limit(MANY + 1)))
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
