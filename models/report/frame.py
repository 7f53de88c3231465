"""The frame all reports share: one function per kind, one shape for page, print and workbook.

A report is declared where its figures are made::

    @report("ticket-month", "企业诉求办理情况", period="month")
    def ticket_month(period: str) -> Report: ...

It runs under the reader's own scope; `url` in a cell opens the rows that were counted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from models.errors import Invalid, Refused
from models.labelled import in_words
from models.report.period import Span, check_period, recent
from models.user import User

Options = Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True)
class Figure:
    """A figure with the address of the list that shows its rows."""

    value: Any
    url: str = ""

    def __str__(self) -> str:
        return shown(self.value)


def counted(path: str, rows: Iterable[Any], value: Any = None) -> Any:
    """A figure made from these rows (their number unless told): its link opens exactly them. Nothing counted, nothing to open."""
    return counted_ids(path, [row.id for row in rows], value)


def counted_ids(path: str, ids: Iterable[int], value: Any = None) -> Any:
    """The same where only the rows' ids were read; `path` may carry a query of its own."""
    ids = sorted(ids)
    value = len(ids) if value is None else value
    return Figure(value, f"{path}{'&' if '?' in path else '?'}flt_rows={spans(ids)}") if ids else value


def spans(ids: list[int]) -> str:
    """Ascending ids as an address carries them: 3-7.9."""
    found: list[list[int]] = []
    for one in ids:
        if found and one == found[-1][-1] + 1:
            found[-1] = [found[-1][0], one]
        else:
            found.append([one])
    return ".".join("-".join(map(str, span)) for span in found)


@dataclass(frozen=True)
class Sheet:
    """One table. Cells are text, numbers, dates, labelled choices, Figures or None (“—”)."""

    title: str
    head: list[str]
    rows: list[list[Any]]
    note: str = ""


@dataclass(frozen=True)
class Report:
    """What one kind says of one period. `gaps` names what is missing; `footnote` the formulas.

    `aside` is for whoever prepares it: on screen only, neither printed nor frozen.
    """

    title: str
    lead: list[str] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    footnote: str = ""
    aside: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """One declared report."""

    code: str
    label: str
    span: Span
    run: Callable[[str], Report]
    permission: str = "report:view"
    options: Options | None = None
    clause: str = ""
    on_publish: Callable[[str], None] | None = None

    def may(self, user: User) -> bool:
        """Whether `user` may open it."""
        return user.may("report:view") and user.may(self.permission)

    def periods(self) -> list[tuple[str, str]]:
        """(value, words) of the periods to offer, newest first."""
        return self.options() if self.options else recent(self.span)

    def build(self, period: str) -> Report:
        """The report of a period under the scope in force; Invalid when the period makes no sense."""
        if self.options:
            if period not in {value for value, _ in self.options()}:
                raise Invalid("period", f"没有“{period}”这一期，请从列表中选择")
        else:
            check_period(self.span, period)
        return self.run(period)


REPORTS: dict[str, Kind] = {}


def report(
    code: str, label: str, *, period: str = "month", permission: str = "report:view", options: Options | None = None,
    clause: str = "", on_publish: Callable[[str], None] | None = None,
) -> Callable[[Callable[[str], Report]], Callable[[str], Report]]:
    """Declare a report. `period` is week, month, quarter, year or campaign; a campaign gives its own `options`.

    `permission` is asked for beside `report:view`; `on_publish(period)` runs when the report is published.
    """
    span = Span[period.upper()]
    if span is Span.CAMPAIGN and options is None:
        raise ValueError(f"{code}: a campaign report says which campaigns there are")

    def declare(run: Callable[[str], Report]) -> Callable[[str], Report]:
        if code in REPORTS and REPORTS[code].run.__module__ != run.__module__:
            raise ValueError(f"report {code} is declared twice")
        REPORTS[code] = Kind(code, label, span, run, permission, options, clause, on_publish)
        return run

    return declare


def kind_of(name: str) -> Kind:
    """The kind by code or Chinese name; Refused when there is none."""
    found = REPORTS.get(name) or next((kind for kind in REPORTS.values() if kind.label == name), None)
    if found is None:
        raise Refused(f"没有“{name}”这种报表；可选：{'、'.join(f'{k.label}（{k.code}）' for k in REPORTS.values())}")
    return found


def shown(value: Any) -> str:
    """A cell as people read it; nothing to say is “—”."""
    if isinstance(value, Figure):
        return shown(value.value)
    if value is None or value == "":
        return "—"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return f"{value:,.2f}" if isinstance(value, float) else str(in_words(value))


def rate(part: int, whole: int) -> str:
    """A percentage with one decimal; an empty denominator is “—”, never 100 %."""
    return f"{100 * part / whole:.1f}%" if whole else "—"
