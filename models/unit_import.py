"""Units from a list: any spelling finds the unit, a new one gets a code from its pinyin (O1)."""

from typing import Any

import sqlalchemy as sa

from models.base import db
from models.importing import Import
from models.unit import Unit, initials, unit_names


class UnitImport(Import):
    """A short name or an alias updates the unit it means instead of adding a second one."""

    most = 2_000

    def find(self, keys: set[tuple[Any, ...]]) -> dict[tuple[Any, ...], Any]:
        """By official, full or short name, alias or code; retired ones as well, by their own name."""
        known = unit_names()[0]
        rows = {unit.id: unit for unit in db.session.scalars(sa.select(Unit))}
        own = {unit.name: unit.id for unit in rows.values()}
        found = {key: own.get(key[0], known.get(key[0])) for key in keys}
        return {key: rows[unit_id] for key, unit_id in found.items() if unit_id is not None}

    def enter(self, values: dict[str, Any], run: Any, began: Any) -> Unit:
        """Made with a code nobody has."""
        stem = initials(values["name"]).lower() or "unit"
        taken = set(db.session.scalars(sa.select(Unit.code).where(Unit.code.startswith(stem))))
        number, code = 1, stem
        while code in taken:
            number += 1
            code = f"{stem}-{number}"
        row = super().enter(values | {"code": code}, run, began)
        db.session.flush()
        return row
