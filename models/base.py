"""The declarative base: one naming convention, local time, labelled enums.

Every column carries its Chinese label (and help, and choices) in ``Column.info``; panels, forms,
exports and letters read it from there, so a label is written once.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from models.errors import Invalid
from models.labelled import Labelled
from models.now import TZ
from models.routing import RoutedSession

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Choice(TypeDecorator):
    """A string column that speaks members of one :class:`Labelled` enum."""

    impl = sa.String
    cache_ok = True

    def __init__(self, enum: type[Labelled], length: int = 32) -> None:
        self.enum = enum
        super().__init__(length)

    def __repr__(self) -> str:
        return f"String(length={self.impl.length})"

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Labelled | str | None:
        return self.enum.__members__.get(value, value) if value is not None else None


class DateTime(TypeDecorator):
    """Stored as UTC, spoken as Asia/Shanghai; naive input is local time.

    The class must be called DateTime: Flask-Admin picks form fields and filters by type name.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value and (value if value.tzinfo else value.replace(tzinfo=TZ)).astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(TZ)


class ChoiceChecks:
    """Adds to each table the CHECKs that its choice columns imply, and to each class the checks of its columns."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        table = cls.__dict__.get("__table__")
        if table is not None:
            _check_choices(table)
            for column in table.columns:
                if check := column.info.get("check"):
                    _check_on_set(cls, column.key, check)


class Base(ChoiceChecks, DeclarativeBase):
    """What every model inherits."""

    metadata = MetaData(naming_convention=NAMES)


def _check_on_set(cls: type, key: str, check: Any) -> None:
    """A column declared with a check (models/columns.py) never holds what the check refuses."""

    @sa.event.listens_for(getattr(cls, key), "set", retval=True, propagate=True)
    def tidy(_row: Any, value: Any, _old: Any, _initiator: Any) -> Any:
        try:
            return check(value) if value else value
        except ValueError as error:
            raise Invalid(key, str(error)) from error


def _check_choices(table: sa.Table) -> None:
    """Add ``ck_<table>_<column>`` for every Choice column that declares closed values."""
    for column in table.columns:
        if isinstance(column.type, Choice):
            values = ", ".join(f"'{value}'" for value in column.type.enum.__members__)
            table.append_constraint(sa.CheckConstraint(f"{column.name} IN ({values})", name=column.name))


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True, "class_": RoutedSession})
