"""Exports: streamed, typed, formula-safe, with proper Chinese file names."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from flask import Response, stream_with_context
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError

from models import replica, scope
from models.routing import on_replica, reading
from views.cells import shown
from views.ledger import xlsx
from views.personal import veiled, veils

_FORMULA = re.compile(r"^[=+\-@\t\r]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 500  # rows of CSV handed over at once


def safe(value: Any) -> Any:
    """A cell value: numbers stay numbers, text never becomes a formula."""
    value = value.striptags() if isinstance(value, Markup) else value
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    text = str(shown(value))
    return f"'{text}" if _FORMULA.match(text) else text


def send_rows(filename: str, title: str, heads: list[str], rows: Iterable[list[Any]], kind: str, *, note: str = "", bare: bool = False) -> Response:
    """The rows as a file, sent while they are read; whoever sends it has audited it."""
    veil = veils()
    cells = ([_veiled(safe(value)) if veil else safe(value) for value in row] for row in rows)
    pieces = _csv(heads, cells) if kind == "csv" else xlsx(title, heads, cells, note=note, bare=bare)
    return attachment(pieces, f"{filename}.{kind}", "text/csv; charset=utf-8" if kind == "csv" else XLSX)


def _veiled(value: Any) -> Any:
    return veiled(value) if isinstance(value, str) else value


def attachment(pieces: Iterable[bytes], name: str, mime: str) -> Response:
    """A download under its Chinese name (RFC 6266), read with the eyes of who asked for it."""
    answer = Response(stream_with_context(_as_asked(pieces, scope.current(), reading.get(), on_replica.get())), mimetype=mime)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _as_asked(pieces: Iterable[bytes], held: scope.Scope | None, only_reading: bool, elsewhere: bool) -> Iterator[bytes]:
    """Flask ends the request before its stream is read: scope, snapshot mode and replica are taken along."""
    tokens = reading.set(only_reading), on_replica.set(elsewhere)
    try:
        with scope.within(held):
            yield from pieces
    except DBAPIError as error:
        if elsewhere:  # the file is broken off, and the next one comes from the primary
            replica.rest(f"{type(error).__name__}: {error}".splitlines()[0][:200])
        raise
    finally:
        reading.reset(tokens[0])
        on_replica.reset(tokens[1])


def _csv(heads: list[str], rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """UTF-8 with a mark at the start, which Excel needs to read Chinese."""
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(heads)
    for count, row in enumerate(rows, 1):
        writer.writerow(row)
        if count % PIECE == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
