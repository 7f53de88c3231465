"""Many rows at once: the picked ones or every filtered one, each by itself, each refusal named."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_admin import expose

from models import audit, db
from models.errors import Refused


class BulkPanel:
    """For a panel: `bulk` declares the verbs (label, icon, text, note …), `bulk_may(name)` who may, `bulk_do(name, rows)` runs one."""

    bulk: dict[str, dict[str, str]] = {}
    bulk_most = 100

    def bulk_may(self, name: str) -> bool:
        """Whether the reader holds this verb at all."""
        raise NotImplementedError

    def bulk_do(self, name: str, rows: list[Any]) -> Any:
        """Run the verb; a response, or None to go back to the list."""
        raise NotImplementedError

    def bulk_context(self) -> dict[str, Any]:
        """What the list page needs to offer them."""
        return {"bulk_meta": self.bulk, "bulk_all": True, "bulk_most": self.bulk_most}

    def get_actions_list(self) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """Verbs of the tab that the role holds."""
        return [(name, about["label"]) for name, about in self.bulk.items() if self.bulk_may(name)], {}

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Any:
        """Run a verb on what was picked."""
        name, target = request.form.get("action", ""), request.form.get("url") or url_for(".index_view")
        if name not in dict(self.get_actions_list()[0]):
            abort(404)
        rows = self.picked()
        if not rows:
            flash("没有选中可以办理的记录", "error")
            return redirect(target)
        return self.bulk_do(name, rows) or redirect(target)

    def picked(self) -> list[Any]:
        """The rows meant, in scope, at most `bulk_most`."""
        args = self._get_list_extra_args()
        column = self._get_column_by_idx(args.sort)
        query = self.get_list(
            0, column and column[0], args.sort_desc, args.search, args.filters, execute=False, page_size=0)[1].enable_eagerloads(False)
        if request.form.get("scope") != "all":
            wanted = [int(i) for i in request.form.getlist("rowid") if i.isdecimal() and len(i) < 18]
            query = query.filter(self.model.id.in_(wanted))
        ids = list(db.session.scalars(query.with_entities(self.model.id).limit(self.bulk_most + 1).statement))
        if len(ids) > self.bulk_most:
            flash(f"一次最多办理 {self.bulk_most} 条，已办前 {self.bulk_most} 条，请缩小条件后继续", "error")
        found = {row.id: row for row in db.session.scalars(sa.select(self.model).where(self.model.id.in_(ids[: self.bulk_most])))}
        return [found[i] for i in ids[: self.bulk_most] if i in found]

    def one_by_one(self, name: str, label: str, rows: list[Any], act: Callable[[Any], Any], refusals: tuple = (Refused,)) -> None:
        """Each row in its own savepoint; what was done is counted, what was refused is named with its reason."""
        done, refused = [], []
        for row in rows:
            words = str(row)
            try:
                with db.session.begin_nested():
                    act(row)
                done.append(str(row))
            except refusals as why:
                refused.append(f"{words}：{why}")
        audit.note("批量", self.resource, None, verb=name, done=len(done), refused=len(refused))
        db.session.commit()
        if done:
            flash(f"已{label} {len(done)} 条：" + "；".join(done), "success")
        if refused:
            flash(f"{len(refused)} 条没有{label}：" + "；".join(refused), "error")
