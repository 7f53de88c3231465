"""The panel of one kind of matter: tabs, list with lights, record page, verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import g, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from sqlalchemy.orm import Query, joinedload, selectinload

from models import confidential, db, waiting
from models.accountability import RUNGS
from models.among import among
from models.flow import Transition
from models.matter import Matter
from models.matter_unit import MatterUnit
from models.narrow import numbers
from models.user import User
from views import kept
from views.cells import lamp, light_words, short_time, state_badge
from views.files import file_rows
from views.matter.clockcard import clock_card, ladder_steps
from views.matter.lean import few, lean
from views.matter.lights import counted, in_words, light_filter, shade, waiting_by_kind
from views.matter.many import ManyAtOnce
from views.matter.record import ICONS, course_length, instructing, related_letters, timeline, verbs
from views.panel import CAP, Capped, Panel
from views.steps import StepRun


@dataclass(frozen=True)
class Tab:
    """One tab of a list: `where(user)` narrows it; `counted` tabs show their number; those not `shown` are led to by numbers elsewhere,
    those for a verb (`needs` its permission) are shown to those who may press it."""

    key: str
    label: str
    where: Callable[[User], sa.ColumnElement[bool]]
    counted: bool = False
    shown: bool = True
    needs: str = ""


UP_NEXT, ENDED = "todo", {"all", "closed", "mine", "informed"}
# Every list has them, so that a number anywhere can name its rows.
COMMON = (
    Tab("late", "已超期", lambda _u: waiting.late(), shown=False), Tab("soon", "即将到期", lambda _u: waiting.soon(), shown=False),
    Tab("informed", "抄送", waiting.informed, shown=False), Tab("all", "全部", lambda _u: sa.true(), shown=False),
)


class MatterPanel(ManyAtOnce, Panel):
    """Subclasses declare columns, filters, tabs and the facts of the record page."""

    tabs: list[Tab] = []
    own_rows = ("flt_state", "flt_gauge", "flt_rows")  # filters that name their own rows, whatever the tab
    order = ("due_at", False)
    details_template = "admin/record.html"
    column_sortable_list = ["number", "opened_at", "due_at", "closed_at", "reworks", "returns"]

    def __init__(self, model: type, name: str, **kwargs: Any) -> None:
        self.column_formatters = {
            "due_at": lambda _v, _c, row, _n: lamp(row), "state": lambda _v, _c, row, _n: self.badge(row),
        } | dict(self.column_formatters or {})
        self.labels = {"state": "状态"} | self.labels
        self.export_formatters = {"light": lambda _v, _c, row, _n: light_words(row)[1]} | self.export_formatters
        known = {tab.key for tab in self.tabs}
        kind = model.__mapper__.polymorphic_identity
        todo = [] if UP_NEXT in known else [Tab(UP_NEXT, "待我办", lambda user: waiting.todo(user, kind), counted=True)]
        self.tabs = [*self.tabs[:1], *todo, *self.tabs[1:], *(tab for tab in COMMON if tab.key not in known)]
        if not any(flt.key_name == "light" for flt in (*self.filters, *self.more_filters)):
            self.more_filters = [*self.more_filters, light_filter(model)]
        super().__init__(model, name, **kwargs)

    # -- the list ---------------------------------------------------------------------------

    def tab(self) -> Tab:
        """The tab in the URL, else the first."""
        wanted = self.asked.get("tab")
        return next((tab for tab in self.tabs if tab.key == wanted), self.tabs[0])

    def get_query(self) -> Query:
        """Rows of the tab, with what the list shows of them."""
        query = super().get_query().options(
            joinedload(self.model.unit), selectinload(self.model.parts).joinedload(MatterUnit.unit)
        )
        if not any(map(self.asked.get, self.own_rows)):
            query = query.filter(self.tab().where(current_user._get_current_object()))
        return query

    def _get_default_order(self) -> Any:
        """What still runs before what has been answered, then by remaining time (waiting.by_urgency)."""
        yield Matter.__table__.c.queue, [], False
        yield Matter.due_at, [], False
        yield Matter.id, [], True

    def badge(self, row: Matter) -> Any:
        """The state: todo when the reader must act, done at the end, else waiting."""
        if row.closed_at:
            return state_badge("done", row.state.label)
        return state_badge("todo" if self.next_step(row) else "wait", row.state.label)

    def next_step(self, row: Matter) -> Any:
        """The verb the reader is expected to press now; asked twice for each row of a list."""
        known = g.setdefault("next_steps", {})
        if row.id not in known:
            known[row.id] = self._next_step(row, current_user._get_current_object())
        return known[row.id]

    def _next_step(self, row: Matter, user: User) -> Transition | None:
        for step in row.transitions().values():
            if step.order <= 20 and step.refusal(row, user) is None:
                return step
        return None

    def row_verb(self, row: Matter) -> tuple[str, str]:
        """The last column: the next verb, or looking at it."""
        step = self.next_step(row)
        known, name = g.setdefault("row_urls", {}), step and step.name
        if name not in known:  # one address for all rows with this verb
            known[name] = (url_for(".step", step=name, id="__pk__", url=request.full_path) if step
                           else url_for(".details_view", id="__pk__", url=request.full_path))
        return step.label[:6] if step else "查看", known[name].replace("__pk__", str(row.id), 1)

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Tabs with counts, lights of the filtered rows, verbs."""
        user, current = current_user._get_current_object(), self.tab()
        shown = [tab for tab in self.tabs if tab is current or (tab.shown and (not tab.needs or user.may(tab.needs)))]
        found = self._numbers([tab for tab in shown if tab.counted], user)
        tabs = [{"label": tab.label, "url": url_for(".index_view", tab=tab.key), "active": tab is current, "count": found.get(tab.key)} for tab in shown]
        return {
            "tabs": tabs, "row_verb": self.row_verb, "row_label": lambda row: row.number, "lights": self._lights(),
            "all_url": url_for(".index_view", **self.list_args() | {"tab": "all"}) if current.key != "all" else "",
        } | self.bulk_context() | self.bulk_reach(context)

    def _numbers(self, tabs: list[Tab], user: User) -> dict[str, int]:
        """How many rows each tab has, up to the cap. What waits for the reader is known from the menu."""
        asked = [tab for tab in tabs if tab.key != UP_NEXT]
        found = dict(zip([tab.key for tab in asked], numbers(self.model, [tab.where(user) for tab in asked], CAP + 1), strict=True))
        waits, kind = waiting_by_kind(user), self.model.__mapper__.polymorphic_identity
        found[UP_NEXT] = waits.get(kind, 0) if kind else sum(waits.values())
        return {key: Capped(CAP) if count > CAP else count for key, count in found.items()}

    @property
    def ended(self) -> bool:
        """Whether the list asked for holds what is over."""
        return self.tab().key in ENDED or any(map(self.asked.get, self.own_rows))

    def ids(self, query: Query, sort_column: Any, sort_desc: bool, size: int, offset: int = 0, count: int | None = None) -> list[int]:
        """Ids of a list in its order, without joining what the list shows."""
        if sort_column is not None:
            field = self._sortable_columns[sort_column]
            return self._found(query, (field.desc() if sort_desc else field.asc(), Matter.id.desc()), size, offset)
        of_days = any(self._filters[index].kind == "range" for index, _name, _value in self._get_list_filter_args())
        sort = few(query, self.model, count, offset + size, ended=self.ended, of_days=of_days)
        return self._found(query, waiting.by_urgency(few=sort), size, offset)

    def _found(self, query: Query, order: tuple[Any, ...], size: int, offset: int) -> list[int]:
        return list(db.session.scalars(lean(query, self.model, order=order, ended=self.ended, size=size, offset=offset)))

    def counted(self, query: Query) -> int:
        """The number of rows is the sum of their lights (of the first so many). Some rows with a common word are often as many as are counted."""
        count = 0
        for rows in [query.filter(among(Matter.id, g.some_with_it)), query] if g.get("some_with_it") else [query]:
            if count < self.cap:
                g.lights = counted(lean(rows, self.model, shade(Matter).label("light"), ended=self.ended, size=self.cap))
                count = sum(g.lights.values())
        return Capped(count) if count == self.cap else count

    def _lights(self) -> list[dict[str, Any]]:
        """How many of the filtered rows burn in which colour; each leads to its rows."""
        here = self.list_args("flt_light")
        return in_words(g.lights, lambda value: url_for(".index_view", **here | {"flt_light": value}))

    # -- the file ---------------------------------------------------------------------------

    def get_export_columns(self) -> list[tuple[str, str]]:
        """As in the list, and beside the deadline its light in words."""
        found = super().get_export_columns()
        place = next((place for place, (key, _label) in enumerate(found, 1) if key == "due_at"), len(found))
        return [*found[:place], ("light", "灯色和剩余时间"), *found[place:]]

    # -- the record -------------------------------------------------------------------------

    def back(self) -> str:
        """Where 返回列表 leads: the list as it was left."""
        return request.args.get("url") or url_for(".index_view")

    def here(self, row: Matter) -> str:
        """The record's own address; it remembers the list."""
        return url_for(".details_view", id=row.id, url=request.args.get("url"))

    def facts(self, row: Any) -> list[dict[str, Any]]:
        """Sections of the paper form; each kind has its own."""
        raise NotImplementedError

    def line(self, row: Any) -> str:
        """The small print beside the number."""
        return row.KIND_LABEL

    @expose("/details/")
    def details_view(self) -> str:
        """One matter on one page."""
        row = self.find()
        address, sections = request.args.get("url"), self.facts(row)
        steps = verbs(row, self.endpoint, address or "")
        return self.render(
            self.details_template, row=row, follow={"on": kept.follows(row), "url": self.here(row)},
            record={"no": row.number, "title": row.title, "line": self.line(row), "state_label": row.state.label,
                    "state_kind": "done" if row.closed_at else ("todo" if self.next_step(row) else "wait")},
            clock=clock_card(row), back={"url": self.back()}, verbs=instructing(row, steps) + steps, tools=self.tools(row),
            sections=sections, files=file_rows(row), ladder=ladder_steps(row) if row.due_at and row.kind not in confidential.KINDS else None,
            ladder_aside=f"现为{RUNGS[row.ladder].label}" if row.ladder else "尚未督办",
            events=timeline(row.events, sections), events_aside=course_length(row), related=related_letters(row),
        )

    def tools(self, row: Any) -> list[tuple[str, str, str]]:
        """Buttons on the right of the head."""
        found = [("打印本页", "#print", "printer")]
        if row.is_open and row.unit_id and row.kind not in confidential.KINDS and current_user.may("accountability:draft"):
            found.append(("拟办措施", url_for("accountability.propose", id=row.id), "flag"))
        return found

    @expose("/step/<step>/", methods=("GET", "POST"))
    def step(self, step: str) -> Any:
        """The little form of a verb, and running it."""
        if request.method == "POST":
            self._lock(request.args.get("id", ""))
        row = self.find()
        run, row_id, target = StepRun(row, step, self.initial(row, step)), row.id, self.here(row)
        if run.submitted():
            db.session.expire_all()
            # Whoever gives a matter away (退回) may not see it any more.
            return redirect(target if self.get_one(str(row_id)) else self.back())
        context = run.context()
        context["verb"] |= {"icon": ICONS.get(step, "check-lg")}
        context |= {
            "back": {"url": target}, "matter": {"no": row.number, "title": row.title, "who": getattr(row, "who", ""), "url": target} | self.strip(row),
        }
        beside = self.beside(row, step)
        if run.status != 200 and "after_note" in beside:  # computed for what stands in the form at first, not for what is wrong in it
            beside["after"] = []
        return self.render("admin/transition.html", **context | beside), run.status

    def initial(self, row: Any, step: str) -> dict[str, Any]:
        """What the form of a verb starts with."""
        return {}

    def strip(self, row: Any) -> dict[str, Any]:
        """More for the strip above the form: tags, and when and whence it came."""
        return {"aside": f"登记 {short_time(row.opened_at)}"}

    def beside(self, row: Any, step: str) -> dict[str, Any]:
        """What stands beside the form of a verb."""
        return {}

    def _lock(self, row_id: str) -> None:
        """Two people pressing at once are served one after the other."""
        if row_id.isdecimal() and len(row_id) < 18:
            table = Matter.__table__
            db.session.execute(sa.select(table.c.id).where(table.c.id == int(row_id)).with_for_update())
