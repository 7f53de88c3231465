"""What can be imported: a register declares its key, its columns come from the model (label, help, choices, length)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models import scope
from models.asks import Ask
from models.base import Choice, DateTime, db
from models.importing import cells
from models.importing.cells import Reader
from models.importing.word import spellings
from models.owned import units_of
from models.user import Level, User
from models.vault import Sealed

plans: dict[str, "Import"] = {}  # by the register's endpoint
PAGE_NAMES: dict[str, str] = {}  # table → what its page is called, for saying what depends on a row


@dataclass(frozen=True)
class Field:
    """One column of the workbook: `key` as the panel calls it, `attr` what is set."""

    key: str
    attr: str
    column: sa.Column[Any]
    label: str
    target: type | None = None  # named by its name, looked up
    required: bool = False

    @property
    def choices(self) -> list[str]:
        """Labels to pick from, when the column is a choice."""
        if isinstance(self.column.type, sa.Boolean):
            return ["是", "否"]
        return [member.label for member in self.column.type.enum] if isinstance(self.column.type, Choice) else []

    def hidden(self, text: str) -> bool:
        """Whether somebody has masked the value (138****5678, 张*): it says nothing new."""
        return isinstance(self.column.type, Sealed) and "*" in text

    @property
    def mask(self) -> Callable[[str], str] | None:
        """How a value that only few may see is shown."""
        return self.column.type.mask if isinstance(self.column.type, Sealed) else None

    @property
    def help(self) -> str:
        """The column's own help."""
        return self.column.info.get("help", "")

    def reader(self, also: dict[str, str]) -> Reader:
        """How its cells are read."""
        kind = self.column.type
        if isinstance(kind, Choice):
            return cells.choice(kind.enum, also)
        if isinstance(kind, Sealed):
            return cells.words(kind.longest)
        if self.target is not None:
            return cells.words(120)
        for base, reader in ((DateTime, cells.moment), (sa.Date, cells.day), (sa.Boolean, cells.flag), (sa.Integer, cells.whole), (sa.Numeric, cells.decimal)):
            if isinstance(kind, base):
                return reader
        return cells.month if self.column.key == "period" else cells.words(getattr(kind, "length", None) or 20_000)


class Import:
    """How one register is filled from a workbook. A register with verbs of its own subclasses this."""

    most = 50_000
    into: type | None = None  # the table filled, when it is not the panel's own
    filled: frozenset[str] = frozenset()  # required columns the file may leave out: `fill` completes them
    loose: frozenset[str] = frozenset()  # names that are left empty when nobody goes by them
    by_verb = False  # rows are written inside a verb that has checked who may; else the row's own guard is asked
    always = False  # a row that changes nothing is entered all the same
    asks: tuple[Ask, ...] = ()  # what the upload form asks besides the file

    def __init__(
        self, key: Iterable[str], fields: Iterable[str | tuple[type, str]] = (), *, required: Iterable[str] = (), sample: dict[str, str] | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        self.key, self.names, self.must, self.notes = tuple(key), tuple(fields), frozenset(required), tuple(notes)
        self.given = sample or {}

    def bind(self, register: str, resource: str, name: str, model: type, fields: Iterable[str]) -> None:
        """Become the import of a register's panel."""
        self.register, self.resource, self.name, self.model = register, resource, name, self.into or model
        self.fields = [self._field(each) for each in self.names or fields]
        self.by_key = {field.key: field for field in self.fields}
        self.key_fields = [self.by_key[key] for key in self.key]
        plans[register] = self

    def _field(self, name: str | tuple[type, str]) -> Field:
        model, key = (self.model, name) if isinstance(name, str) else name
        mapper = sa.inspect(model)
        relation = mapper.relationships.get(key)
        attr = mapper.get_property_by_column(next(iter(relation.local_columns))) if relation is not None else mapper.column_attrs[key]
        column = attr.columns[0]
        needed = not column.nullable and column.default is None and column.server_default is None
        return Field(key, attr.key, column, column.info["label"], relation.mapper.class_ if relation is not None else None, needed or key in self.must)

    # -- the workbook -----------------------------------------------------------------------

    def headings(self) -> dict[str, str]:
        """Heading → field: the labels, the field's own name, and what other systems call it."""
        names = {cells.heading(word): key for word, key in spellings(self.register)[0].items() if key in self.by_key}
        return names | {cells.heading(field.label): field.key for field in self.fields}

    def required(self) -> list[tuple[str, str]]:
        """Columns without which nothing can be read."""
        return [(field.key, field.label) for field in self.fields if field.required and field.key not in self.filled]

    def head(self, field: Field) -> str:
        """A heading of the form, with a star where it must be filled in."""
        return field.label + ("*" if field.key in dict(self.required()) else "")

    def options(self, field: Field) -> list[str]:
        """What the drop-down of a column offers."""
        return field.choices

    def sample(self) -> dict[str, str]:
        """One row that shows how to fill it in."""
        return {field.key: self.given.get(field.key, self._example(field)) for field in self.fields}

    def _example(self, field: Field) -> str:
        if options := self.options(field):
            return options[0]
        kind = field.column.type
        if field.target is not None:
            return ""
        if field.column.key == "period":
            return "2024-08"
        for base, text in ((DateTime, "2024-08-05 09:30"), (sa.Date, "2024-08-05"), (sa.Integer, "1"), (sa.Numeric, "90.5")):
            if isinstance(kind, base):
                return text
        return f"演示{field.label}" if field.required else ""

    # -- the rows ---------------------------------------------------------------------------

    def fill(self, values: dict[str, Any], about: dict[str, Any]) -> None:
        """Complete a row from what the upload form was told."""

    def check(self, values: dict[str, Any], target: int | None) -> Iterator[str]:
        """Reasons why a row cannot be entered, beyond what its columns say."""
        yield from ()

    def settled(self, row: Any) -> str:
        """Why an existing row is left as it is, or ""."""
        return ""

    def find(self, keys: set[tuple[Any, ...]]) -> dict[tuple[Any, ...], Any]:
        """Existing rows by key, whoever they belong to."""
        attributes = [getattr(self.model, field.attr) for field in self.key_fields]
        query = sa.select(self.model)
        for place, attribute in enumerate(attributes):
            wanted = {key[place] for key in keys}
            if None not in wanted:
                query = query.where(attribute.in_([thaw(self.key_fields[place], value) for value in wanted]))
        found = {}
        for row in db.session.scalars(query) if keys else ():
            found[tuple(frozen(getattr(row, field.attr)) for field in self.key_fields)] = row
        return found

    def begin(self, run: Any) -> Any:
        """Before rows are written, once for each chunk of a batch; what it returns is handed to each row."""

    def enter(self, values: dict[str, Any], run: Any, began: Any) -> Any:
        """Make the row."""
        row = self.model(**values)
        db.session.add(row)
        return row

    def change(self, row: Any, values: dict[str, Any], run: Any, began: Any) -> None:
        """Update the row: empty cells have left no value, and the key stays as the register writes it."""
        key = {field.attr for field in self.key_fields}
        for attr, value in values.items():
            if attr not in key and getattr(row, attr) != value:
                setattr(row, attr, value)

    # -- undoing ----------------------------------------------------------------------------

    own: frozenset[str] = frozenset()  # tables whose references are the import's own doing

    def remove(self, ids: list[int], run: Any) -> None:
        """Take away rows the batch has made; nothing depends on them."""
        for table in reversed(sa.inspect(self.model).tables):
            db.session.execute(sa.delete(table).where(table.c.id.in_(ids)))

    def touched(self, ids: list[int], run: Any) -> dict[str, int]:
        """What has been done with these rows since, and how often: it forbids to undo."""
        return {}

    def ended(self, run: Any) -> None:
        """Once per batch, when all its rows are undone."""

    # -- who --------------------------------------------------------------------------------

    def permitted(self, user: User) -> bool:
        """Whether this person may import at all."""
        return user.is_active and user.may(f"{self.resource}:import")

    def reach(self, user: User) -> set[int] | None:
        """Units whose rows this person may import; None = all."""
        level = user.level(f"{self.resource}:import")
        return None if level == Level.ALL else set(units_of(user, level))

    def may_write(self, row: Any, user: User) -> bool:
        """Whether the row's own guard lets this person write it."""
        return self.by_verb or scope.allows(row, user)


def frozen(value: Any) -> Any:
    """A column's value as it is kept in JSON and compared."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, int | bool | type(None)) else str(value)


def thaw(field: Field, value: Any) -> Any:
    """The other way round."""
    kind = field.column.type
    if value is None:
        return None
    if isinstance(kind, Choice):
        return kind.enum[value]
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    python = str if isinstance(kind, Sealed) else kind.python_type
    return python.fromisoformat(value) if hasattr(python, "fromisoformat") else python(value)
