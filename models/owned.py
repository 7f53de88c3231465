"""Registers whose rows belong to a unit: seen and written as far as the permission reaches."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from models.scope import scoped
from models.user import Level, User


def units_of(user: User, level: Level | None) -> list[int]:
    """The units a permission of this level reaches; none for ALL, which has no limit."""
    if level == Level.UNIT:
        return [user.unit_id] if user.unit_id else []
    return sorted(user.group_units) if level == Level.GROUP else []


def owned_by_unit(resource: str, column: str = "unit") -> Callable[[type], type]:
    """Class decorator: `<resource>:view` limits what is read, `create` and `edit` what is written, by the row's unit."""

    def clause(cls: type) -> Callable[[User], sa.ColumnElement[bool] | None]:
        def limit(user: User) -> sa.ColumnElement[bool] | None:
            level = user.level(f"{resource}:view")
            return None if level == Level.ALL else getattr(cls, f"{column}_id").in_(units_of(user, level))

        return limit

    def guard(row: Any, user: User) -> bool:
        levels = {user.level(f"{resource}:{action}") for action in ("create", "edit")}
        if Level.ALL in levels:
            return True
        unit = getattr(row, column)
        mine = {place for level in levels for place in units_of(user, level)}
        return (unit.id if unit is not None else getattr(row, f"{column}_id")) in mine

    def register(cls: type) -> type:
        return scoped(clause(cls), guard)(cls)

    return register
