"""What an enterprise said before a list overwrote it, and putting that back (N1)."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from models.base import Choice
from models.enterprise import Enterprise
from models.unit import Unit


def image(enterprise: Enterprise, names: Iterable[str]) -> dict[str, Any]:
    """The named attributes as JSON keeps them; a unit is kept by its id."""
    found = {}
    for name in names:
        value = getattr(enterprise, name)
        if isinstance(value, Unit):
            name, value = f"{name}_id", value.id
        elif name == "town":
            name = "town_id"
        found[name] = value if isinstance(value, int | bool | None) else str(value)
    return found


def put_back(enterprise: Enterprise, was: dict[str, Any], became: dict[str, Any]) -> None:
    """Restore what is still as the list left it; an enterprise the list added (`was` is empty) leaves the register's use."""
    if not was:
        enterprise.is_active = False
        return
    for name, value in was.items():
        if image(enterprise, [name])[name] == became.get(name):
            setattr(enterprise, name, _typed(name, value))


def _typed(name: str, value: Any) -> Any:
    kind = sa.inspect(Enterprise).column_attrs[name].columns[0].type
    if value is None:
        return None
    if isinstance(kind, Choice):
        return kind.enum[value]
    return kind.python_type.fromisoformat(value) if isinstance(kind, sa.Date) else value
