"""A row behind every panel: what a table asks for is filled in by its type."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from models import Enterprise, Matter, Ticket, Unit, User, Visit, db
from models.base import Choice, DateTime

DAY, MOMENT = date(2024, 8, 5), datetime(2024, 8, 5, 1, 0, tzinfo=UTC)
# What the type alone does not tell: table → n → values; a class stands for its row.
SPECIAL: dict[str, Callable[[int], dict[str, Any]]] = {
    "article": lambda _n: {"medium": "演示日报"},
    "coercive_measure": lambda _n: {"capital_left": True, "accounts_left": True},
    "delegation": lambda _n: {"stand_in_id": db.session.scalar(sa.select(User.id).where(User.username == "leader"))},
    "difficulty": lambda _n: {"visit_id": Visit},
    "domain_field": lambda n: {"number": n + 100},
    "fixed_day": lambda _n: {"rrule": "FREQ=MONTHLY;BYMONTHDAY=8"},
    "import_run": lambda _n: {"register": "enterprise", "by_id": User},
    "import_word": lambda _n: {"target": "enterprise.name"},
    "observation_period": lambda n: {"is_lawful": True, "ends_on": DAY + timedelta(days=n + 1)},
    "api_client": lambda n: {"token_hash": f"{n:064}"},
    "outbox_message": lambda _n: {"user_id": User},
    "problem": lambda _n: {"source": "OTHER"},
    "quiet_day": lambda _n: {"day_from": 1, "day_to": 3},
    "random_draw": lambda _n: {
        "pool_sha256": "0" * 64,
        "pool": {"enterprises": [], "inspectors": [], "weights": {}},
        "result": {"enterprises": [], "groups": []},
    },
}
NOT_MADE = {"audit_entry", "heartbeat", "user_account", "role", "permission", "setting"}  # made elsewhere, or by nobody


class Shelf:
    """Rows of one unit and one enterprise, one per table; `n` keeps apart what must be unique."""

    def __init__(self, unit: Unit, by: User, n: int = 1) -> None:
        firm = Enterprise(name=f"演示第{n}架企业", town=unit)
        db.session.add(firm)
        db.session.flush()
        self.n, self.ids = n, {"unit": unit.id, "user_account": by.id, "enterprise": firm.id}

    def id_of(self, model: type) -> int:
        """The id of the row of this class."""
        mapper = sa.inspect(Ticket if model is Matter else model)
        if mapper.local_table.name not in self.ids:
            self.ids[mapper.local_table.name] = self._matter(mapper) if mapper.inherits else self._insert(mapper.local_table)
        return self.ids[mapper.local_table.name]

    def _matter(self, mapper: Any) -> int:
        unit, kind = self.ids["unit"], mapper.polymorphic_identity
        state = next(iter(mapper.class_.STATES)).value
        row = self._insert(Matter.__table__, kind=kind, number=f"{mapper.class_.PREFIX}{self.n:05}", title=f"演示事项{self.n}", state=state, unit_id=unit)
        self._insert(mapper.local_table, id=row)
        self._insert(db.metadata.tables["matter_unit"], matter_id=row, unit_id=unit)
        return row

    def _insert(self, table: sa.Table, **values: Any) -> int:
        given = SPECIAL.get(table.name, lambda _n: {})(self.n) | values
        values = {key: self.id_of(value) if isinstance(value, type) else value for key, value in given.items()}
        for column in table.columns:
            asked = not (column.nullable or column.primary_key or column.default or column.server_default)
            if column.key not in values and (asked or self._is_unit(column)):
                values[column.key] = self._value(column)
        return db.session.execute(sa.insert(table).values(values)).inserted_primary_key[0]

    @staticmethod
    def _target(column: sa.Column[Any]) -> sa.Table | None:
        return next((key.column.table for key in column.foreign_keys), None)

    def _is_unit(self, column: sa.Column[Any]) -> bool:
        target = self._target(column)
        return target is not None and target.name == "unit"

    def _value(self, column: sa.Column[Any]) -> Any:
        kind, target = column.type, self._target(column)
        if target is not None:
            return self.id_of(next(mapper.class_ for mapper in db.Model.registry.mappers if mapper.local_table is target))
        if isinstance(kind, Choice):
            return next(iter(kind.enum)).value
        if isinstance(kind, DateTime | sa.Date):
            return MOMENT if isinstance(kind, DateTime) else DAY + timedelta(days=self.n)
        if isinstance(kind, sa.Integer | sa.Numeric):
            return self.n
        return f"{2020 + self.n // 12}-{self.n % 12 + 1:02}" if column.key == "period" else f"演示{self.n}"


def shelve(panels: list[Any], unit: Unit, by: User, n: int = 1) -> dict[str, int]:
    """Endpoint → id of a row of its model, for one unit."""
    shelf = Shelf(unit, by, n)
    found = {panel.endpoint: shelf.id_of(panel.model) for panel in panels if panel.model.__tablename__ not in NOT_MADE}
    db.session.flush()
    return found
