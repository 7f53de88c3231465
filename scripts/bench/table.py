"""The figures as the table that stands in docs/performance.md."""

from typing import Any


def printed(rows: list[dict[str, Any]]) -> str:
    """One line for each thing measured, one column for each engine and size; growth is the largest size over the smallest."""
    places = sorted({(row["engine"], row["tickets"]) for row in rows}, key=lambda place: (place[0] != "sqlite", place[1]))
    engines = list(dict.fromkeys(engine for engine, _ in places))
    names = list(dict.fromkeys(row["name"] for row in rows))
    found = {(row["name"], row["engine"], row["tickets"]): row for row in rows}
    head = ["", *(f"{engine} {_short(tickets)}" for engine, tickets in places), *(f"growth {engine}" for engine in engines), "statements"]
    lines = [head, ["---"] * len(head)]
    for name in names:
        cells = [found.get((name, *place)) for place in places]
        growth = [_growth([cell for cell in cells if cell and cell["engine"] == engine]) for engine in engines]
        asked = next((f"{cell['statements']:.0f}" for cell in reversed(cells) if cell and "statements" in cell), "")
        lines.append([name, *(_cell(cell) for cell in cells), *growth, asked])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _short(tickets: int) -> str:
    return f"{tickets // 1_000_000}M" if tickets >= 1_000_000 else f"{tickets // 1000}k"


def _cell(row: dict[str, Any] | None) -> str:
    """Milliseconds (the process's own, the raw query's); of long work seconds, first byte and growth of the process."""
    if row is None:
        return ""
    if "ms" in row:
        more = [f"{name} {row[name]:,.{digits}f}" for name, digits in (("own", 0), ("raw", 1)) if row.get(name)]
        return f"{row['ms']:,.0f}" + (f" ({', '.join(more)})" if more else "")
    if "rate" in row:
        return f"{row['rate']:,.0f} a second"
    more = [f"{row['seconds']:,.1f} s"]
    if "own" in row:
        more.append(f"own {row['own']:,.1f} s")
    if "first" in row:
        more.append(f"first byte {row['first']:.2f} s")
    if "grown" in row:
        more.append(f"+{row['grown']:.0f} MB")
    return ", ".join(more)


def _growth(cells: list[dict[str, Any]]) -> str:
    """Of the process's own time on SQLite, which does the database's work as well; of elapsed time where a server has its share."""
    first = ("own", "ms") if cells and cells[0]["engine"] == "sqlite" else ("ms",)
    timed = [next(filter(None, map(cell.get, (*first, "seconds"))), 0) or 1 / cell["rate"] for cell in sorted(cells, key=lambda cell: cell["tickets"])]
    return f"{timed[-1] / timed[0]:.1f} ×" if len(timed) > 1 and timed[0] else ""
