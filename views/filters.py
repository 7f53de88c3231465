"""Query-bar filters. Each has a fixed name in the URL (``flt_state=ACCEPTED``), so that links keep working."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import get_template_attribute
from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from markupsafe import Markup
from sqlalchemy.orm import Query

from models import Category, Indicator, Unit, WorkGroup, db
from models.labelled import Labelled
from models.now import TZ
from models.remembered import remembered
from views.wordsearch import holds

Options = list[tuple[str, ...]]
ALIKE = (Category, Indicator, WorkGroup)  # small tables everybody sees the same of


class Where(BaseSQLAFilter):
    """A filter that applies `clause(value)`; `kind` is the control of the query bar."""

    def __init__(
        self, key: str, label: str, clause: Callable[[str], sa.ColumnElement[bool]], *, kind: str = "text",
        choices: Callable[[], Options] | None = None, placeholder: str = "",
    ) -> None:
        super().__init__(None, label)
        self.key_name, self.clause, self.kind, self.choices, self.placeholder = key, clause, kind, choices, placeholder

    def operation(self) -> str:
        """Not shown: the query bar has labels only."""
        return "="

    def validate(self, value: str) -> bool:
        """Whether the value means something to this filter."""
        try:
            self.clause(value)
        except (ValueError, KeyError, OverflowError):
            return False
        return True

    def clean(self, value: str) -> str:
        """Values stay as typed."""
        return value.strip()

    def apply(self, query: Query, value: str, alias: Any = None) -> Query:
        """Narrow the query."""
        return query.filter(self.clause(value))

    def field(self, value: str | None) -> dict[str, Any]:
        """As the query bar draws it."""
        options = self.choices() if self.choices else []
        return {"name": f"flt_{self.key_name}", "label": self.name, "kind": self.kind, "value": value, "options": options,
                "placeholder": self.placeholder, "listed": _listed_units(options, value or "") if self.choices is unit_options else None}

    def words(self, value: str) -> str:
        """The condition as people read it."""
        shown = next((o[1] for o in (self.choices() if self.choices else []) if o[0] == value), value)
        return f"{self.name}：{shown.replace(' to ', ' 至 ')}"


def contains(key: str, label: str, *columns: Any, placeholder: str = "") -> Where:
    """Any of the columns contains the text."""
    return Where(key, label, lambda value: holds(value.strip(), *columns), placeholder=placeholder)


def one_of(key: str, label: str, column: Any, enum: type[Labelled]) -> Where:
    """The column is this choice."""
    return Where(key, label, lambda value: column == enum[value], kind="select", choices=enum.choices)


def yes_no(key: str, label: str, column: Any) -> Where:
    """The flag is set or not."""
    return Where(
        key, label, lambda value: column.is_({"1": True, "0": False}[value]), kind="select",
        choices=lambda: [("1", "是"), ("0", "否")],
    )


def row_options(model: type, *where: Any) -> Options:
    """(id, name) of a small look-up table."""
    def read() -> Options:
        query = sa.select(model).where(*where)
        if hasattr(model, "sort"):
            query = query.order_by(model.sort, model.id)
        return [(str(row.id), str(row)) for row in db.session.scalars(query)]

    return remembered(("rows", model), read) if model in ALIKE and not where else read()


def unit_options(*where: Any) -> Options:
    """(id, name, full name, pinyin, kind) of the active units, kind by kind, in the order people know."""
    return _units(*where) if where else remembered("units", _units)


def _listed_units(options: Options, value: str) -> Markup:
    """The options as they stand in a page, which has two such pickers of a hundred units."""
    listed = remembered("listed_units", lambda: get_template_attribute("macros/query.html", "choices")(options))
    return Markup(str(listed).replace(f'value="{value}"', f'value="{value}" selected', 1)) if value.isdecimal() else listed


def _units(*where: Any) -> Options:
    table = Unit.__table__
    query = sa.select(table.c.id, table.c.name, table.c.full_name, table.c.pinyin, table.c.kind).where(table.c.is_active, *where)
    rows = db.session.execute(query.order_by(table.c.sort, table.c.id)).all()
    kinds = list(dict.fromkeys(row.kind for row in rows))
    rows.sort(key=lambda row: kinds.index(row.kind))
    return [(str(row.id), row.name, row.full_name or "", row.pinyin, row.kind.label) for row in rows]


def row_id(value: str) -> int:
    """An id as it stands in an address; ValueError for what no column holds."""
    number = int(value)
    if not 0 <= number < 2**31:
        raise ValueError(value)
    return number


class TheseRows(Where):
    """``flt_rows=3-7.9``: the very rows behind a figure of a report; set by links, shown in words."""

    def __init__(self, model: type) -> None:
        super().__init__("rows", "统计口径", lambda value: _within(model, value), placeholder="由报表中的数字打开")

    def words(self, value: str) -> str:
        """How the list was opened."""
        return "报表数字所计的记录"


def _within(model: type, value: str) -> sa.ColumnElement[bool]:
    spans = [[row_id(end) for end in part.split("-", 1)] for part in value.split(".")]
    return sa.or_(*(model.id.between(span[0], span[-1]) for span in spans))


def by_row(key: str, label: str, column: Any, model: type) -> Where:
    """The foreign key is this row; units get the picker, and 0 is no unit."""
    if model is Unit:
        return Where(key, label, lambda value: column == row_id(value) if row_id(value) else column.is_(None), kind="unit", choices=unit_options)
    return Where(key, label, lambda value: column == row_id(value), kind="select", choices=lambda: row_options(model))


def days_of(value: str) -> tuple[date | None, date | None]:
    """``2024-05-20 to 2024-05-22`` (or 至; one side may be missing; 20240520 works)."""
    ends = [part.strip() for part in re.split(r"\s*(?:to|至)\s*", value, maxsplit=1)]
    found = [date.fromisoformat(re.sub(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3", end)) if end else None for end in ends]
    if not any(found) or any(end and not 1900 <= end.year < 3000 for end in found):
        raise ValueError("no date")
    return (found[0], found[1]) if len(found) > 1 else (found[0], found[0])


def between(key: str, label: str, column: Any, *, moments: bool = True) -> Where:
    """The day lies in the range, both ends included."""

    def clause(value: str) -> sa.ColumnElement[bool]:
        first, last = days_of(value)
        parts = []
        if first:
            parts.append(column >= (datetime.combine(first, datetime.min.time(), TZ) if moments else first))
        if last:
            after = last + timedelta(days=1)
            parts.append(column < (datetime.combine(after, datetime.min.time(), TZ) if moments else after))
        return sa.and_(*parts)

    return Where(key, label, clause, kind="range")
