"""Loading the packs into the database, as often as one likes.

A first load creates; a later one adds what is missing and leaves alone what officials edited since,
unless it is told to refresh. Nothing is ever deleted. The caller commits, so a failed load leaves
nothing behind.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import scope
from models.base import Choice
from seeds.files import Entry, SeedError, available, chosen
from seeds.specs import SPECS, Ref, Row, Spec


class Loaded(dict[str, tuple[int, int, int]]):
    """{kind: (created, updated, unchanged)}, with a note for each reference to something not loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []


def load_packs(session: Session, names: list[str] | None = None, *, refresh: bool = False) -> Loaded:
    """Load all packs, or `core` and the named ones.

    `refresh` sets existing rows back to what the packs say. Raises SeedError, in Chinese, naming file
    and entry.
    """
    packs = chosen(names)
    loaded = Loaded()
    known: dict[str, dict[Any, int]] = {}
    fresh: dict[str, set[int]] = {}
    with scope.everything():
        for spec in SPECS:
            entries = [entry for pack in packs for entry in pack.entries(spec.file)]
            table = _Table(session, spec, known, fresh, loaded.notes, refresh)
            loaded[spec.name] = table.load(entries)
    return loaded


def _on_disk(target: str) -> set[str]:
    """Codes of a kind in any pack, loaded or not: what is in none of them is a typing error."""
    spec = next(spec for spec in SPECS if spec.name == target)
    entries = [entry for pack in available().values() for entry in pack.entries(spec.file)]
    return {row[spec.key[0]] for _, row in spec.rows(entries)}


@contextmanager
def _refusing(entry: Entry) -> Iterator[None]:
    """What the model or the database refuses, said of the entry it came from."""
    try:
        yield
    except ValueError as error:
        raise SeedError(f"{entry.where}：{error}") from error
    except IntegrityError as error:
        raise SeedError(f"{entry.where}：不符合数据库约束（{error.orig}）") from error


class _Table:
    """One table being filled."""

    def __init__(
        self, session: Session, spec: Spec, known: dict, fresh: dict[str, set[int]], notes: list[str], refresh: bool
    ) -> None:
        self.session, self.spec, self.known, self.fresh = session, spec, known, fresh
        self.notes, self.refresh = notes, refresh
        self.columns = {column.name: column for column in spec.model.__table__.columns}
        self.rows = {self._key_of(row): row for row in session.scalars(sa.select(spec.model))}
        self.families = {getattr(row, spec.family) for row in self.rows.values()} if spec.family else set()
        unique = [name for name, column in self.columns.items() if column.unique]
        self.taken = {name: {getattr(row, name) for row in self.rows.values()} for name in unique}

    def _key_of(self, row: Any) -> tuple:
        return tuple(getattr(row, name) for name in self.spec.key)

    def load(self, entries: list[Entry]) -> tuple[int, int, int]:
        """Add, refresh or leave each row; then remember the ids for the tables that refer to this one."""
        tally: Counter[str] = Counter()
        seen: dict[tuple, Entry] = {}
        added: list[tuple[Entry, Any]] = []
        for entry, raw in self.spec.rows(entries):
            values = self._values(entry, raw)
            if values is None:
                continue
            key = tuple(values[name] for name in self.spec.key)
            if key in seen:
                raise SeedError(f"{entry.where}：与{seen[key].where}重复")
            seen[key] = entry
            outcome, row = self._put(entry, key, values)
            tally[outcome] += 1
            if outcome == "created":
                added.append((entry, row))
        self._store(added)
        if len(self.spec.key) == 1:
            self.known[self.spec.name] = {key[0]: row.id for key, row in self.rows.items()}
        self.fresh[self.spec.name] = {row.id for _, row in added}
        return tally["created"], tally["updated"], tally["unchanged"]

    def _put(self, entry: Entry, key: tuple, values: Row) -> tuple[str, Any]:
        row = self.rows.get(key)
        if row is None:
            if not self._wanted(values):
                return "unchanged", None
            row = self.rows[key] = self._new(entry, values)
            return "created", row
        different = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not different or not self.refresh:
            return "unchanged", row
        with _refusing(entry):
            for name, value in different.items():
                setattr(row, name, value)
            self.session.flush()
        return "updated", row

    def _new(self, entry: Entry, values: Row) -> Any:
        for name, taken in self.taken.items():
            value = values.get(name)
            if value is not None and value in taken:
                raise SeedError(f"{entry.where}：“{name}”的值“{value}”已被另一条{self.spec.label}使用")
            taken.add(value)
        with _refusing(entry):
            return self.spec.model(**values)

    def _store(self, added: list[tuple[Entry, Any]]) -> None:
        """All at once; when the database refuses, one by one to name the entry it refuses."""
        try:
            with self.session.begin_nested():
                self.session.add_all(row for _, row in added)
        except IntegrityError:
            for entry, row in added:
                with _refusing(entry):
                    self.session.add(row)
                    self.session.flush()

    def _wanted(self, values: Row) -> bool:
        """Children of a parent that was there before are not put back, unless refreshing."""
        if self.spec.inside is None or self.refresh:
            return True
        if self.spec.family and values[self.spec.family] not in self.families:
            return True
        parent = next(ref.target for ref in self.spec.refs if ref.column == self.spec.inside)
        return values[self.spec.inside] in self.fresh[parent]

    def _values(self, entry: Entry, raw: Row) -> Row | None:
        """Column values of a row; None when it belongs to something that is not loaded."""
        values = dict(raw)
        for ref in self.spec.refs:
            code = values.pop(ref.field, None)
            values[ref.column] = None if code is None else self._look_up(entry, ref, code)
            if code is not None and values[ref.column] is None and not ref.optional:
                return None
        if self.spec.cited:
            values["document_id"] = self._document(values.get("clause"))
        for name, column in self.columns.items():
            if name not in values and not column.nullable and not (column.primary_key or column.default):
                raise SeedError(f"{entry.where}：缺少“{name}”")
        for name, value in values.items():
            self._check(entry, name, value)
        return {name: value for name, value in values.items() if value is not None or self.columns[name].nullable}

    def _look_up(self, entry: Entry, ref: Ref, code: str) -> int | None:
        found = self.known[ref.target].get(code)
        if found is None:
            if code not in _on_disk(ref.target):
                raise SeedError(f"{entry.where}：“{ref.field}”写的“{code}”不存在")
            result = "留空" if ref.optional else "本条不载入"
            self.notes.append(f"{entry.where}：“{code}”所在的数据包未载入，{result}")
        return found

    def _document(self, clause: str | None) -> int | None:
        """The document a clause cites; none when that pack is left out."""
        return self.known["documents"].get(clause.split()[0]) if clause else None

    def _check(self, entry: Entry, name: str, value: Any) -> None:
        column = self.columns.get(name)
        if column is None:
            raise SeedError(f"{entry.where}：没有“{name}”这个字段")
        if value is None and not column.nullable and column.default is None:
            raise SeedError(f"{entry.where}：缺少“{name}”")
        if value is not None and isinstance(column.type, Choice) and value not in column.type.enum.__members__:
            choices = "、".join(column.type.enum.__members__)
            raise SeedError(f"{entry.where}：“{name}”的值“{value}”不在可选范围（{choices}）")
        longest = getattr(column.type, "length", None)
        if isinstance(value, str) and longest and len(value) > longest:
            raise SeedError(f"{entry.where}：“{name}”超过{longest}字")
