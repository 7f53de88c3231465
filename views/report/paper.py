"""A report as an official document: paragraphs, GB/T 9704 tables, gaps and formulas (A5, A6)."""

from collections.abc import Iterator
from datetime import date
from math import ceil

from models.now import now
from models.report import Report, Sheet, shown
from models.setting import setting
from views.letters import Form, Paper, Table, render_pdf

# 156 mm hold 36 characters of 12 pt; each column loses 0.7 of one to its padding.
LINE, PADDING, NARROWEST, WIDEST = 36.0, 0.7, 2.5, 12.0


def _width(text: str) -> float:
    """Width of a text in full characters."""
    return sum(0.5 if char.isascii() else 1 for char in text)


def _weights(head: list[str], rows: list[list[str]]) -> list[float]:
    """How wide each column wants to be: its longest cell, its head broken over two lines."""
    found = []
    for place, label in enumerate(head):
        cells = [_width(row[place]) for row in rows if place < len(row)]
        wanted = max([_width(label) / 2, *cells], default=NARROWEST)
        found.append(min(max(wanted, NARROWEST), WIDEST) + PADDING)
    return found


def _squeezed(weights: list[float]) -> list[float]:
    """The widest columns give way, down to half of what they wanted, when the whole table then fits on one line."""
    weights = list(weights)
    lowest = [max(NARROWEST + PADDING, weight / 2) for weight in weights]
    while sum(weights) > LINE:
        place = max(range(len(weights)), key=lambda n: weights[n] - lowest[n])
        if weights[place] - lowest[place] < 0.5:
            return []
        weights[place] -= 0.5
    return weights


def _groups(weights: list[float]) -> Iterator[list[int]]:
    """Columns that fit side by side, the first one leading every group; no group much narrower than the others."""
    rest = sum(weights[1:])
    share = rest / max(1, ceil(rest / (LINE - weights[0])))  # of each group, beside the first column
    group, used = [0], 0.0
    for place in range(1, len(weights)):
        full = used + weights[place] > LINE - weights[0]
        if len(group) > 1 and (full or used + weights[place] / 2 > share):
            yield group
            group, used = [0], 0.0
        group.append(place)
        used += weights[place]
    yield group


def tables_of(sheet: Sheet) -> list[Table]:
    """The sheet as one table, or as several below each other when it is wider than the page."""
    rows = [[shown(cell) for cell in row] for row in sheet.rows]
    weights = _weights(sheet.head, rows)
    weights, made = _squeezed(weights) or weights, []
    for number, group in enumerate(_groups(weights)):
        made.append(Table(
            rows=tuple(tuple(row[place] for place in group) for row in rows) or (("无",),),  # one cell across the table
            header=tuple(sheet.head[place] for place in group), widths=tuple(weights[place] for place in group),
            title=sheet.title if number == 0 else f"{sheet.title}（续）",
        ))
    return made


def _ended(text: str) -> str:
    """With its full stop."""
    return text if text.endswith(("。", "！", "？")) else f"{text.rstrip('；')}。"


def body_of(report: Report) -> str:
    """What stands above the tables."""
    parts = list(report.lead)
    if report.gaps:
        parts.append("尚缺以下内容：" + "；".join(report.gaps) + "。")
    parts += [_ended(f"{sheet.title}：{sheet.note}") for sheet in report.sheets if sheet.note]
    if report.footnote:
        parts.append(_ended(f"统计口径：{report.footnote}"))
    return "\n".join(parts)


def paper_of(report: Report, *, number: str | None = None, issued: date | None = None) -> Paper:
    """The report in document form; without a number it is a working copy."""
    agency = setting("agency")
    return Paper(
        form=Form.DOCUMENT, title=report.title, issued=issued or now().date(), mark=agency, number=number, body=body_of(report),
        tables=tuple(table for sheet in report.sheets for table in tables_of(sheet)), agency=agency, printer=agency if number else "",
        contact=f"联系电话：{setting('contact')}",
    )


def report_pdf(report: Report, *, number: str | None = None, issued: date | None = None) -> bytes:
    """The PDF; a report that has not been published is marked as a draft."""
    return render_pdf(paper_of(report, number=number, issued=issued), draft=number is None)
