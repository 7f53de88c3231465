"""The person picker: one select of the people with a log-in, found by name, unit or log-in name."""

from typing import Any

import sqlalchemy as sa
from markupsafe import Markup, escape
from sqlalchemy.orm import joinedload
from wtforms import SelectField
from wtforms.widgets import html_params

from models import Unit, User, db


class PersonWidget:
    """A select whose options carry the unit and the log-in name for the search box."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        kwargs = {"id": field.id, "name": field.name, "data-role": "unit-picker"} | kwargs
        chosen = field.data.id if isinstance(field.data, User) else None
        parts = ['<option value=""></option>']
        for user in people():
            mark = " selected" if user.id == chosen else ""
            unit = str(user.unit or "全区")
            parts.append(
                f'<option value="{user.id}" data-hint="{escape(unit)}" data-keys="{escape(user.username)}"{mark}>'
                f"{escape(user.name)}（{escape(unit)}）</option>"
            )
        return Markup(f"<select {html_params(**kwargs)}>{''.join(parts)}</select>")


def people() -> list[User]:
    """Everybody in service, unit by unit."""
    query = sa.select(User).outerjoin(Unit, Unit.id == User.unit_id).where(User.is_active).options(joinedload(User.unit))
    return list(db.session.scalars(query.order_by(Unit.sort.is_(None), Unit.sort, User.name, User.id)))


class PersonChoice(SelectField):
    """One person; `data` is the User."""

    widget = PersonWidget()

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=[], validate_choice=False, **kwargs)

    def process_data(self, value: Any) -> None:
        """From the row."""
        self.data = value

    def process_formdata(self, values: list[str]) -> None:
        """From the browser."""
        self.data = None
        if values and values[0]:
            self.data = db.session.get(User, int(values[0])) if values[0].isdecimal() and len(values[0]) < 12 else None
            if self.data is None:
                raise ValueError("没有这个人，请从列表中选择")

    def iter_choices(self) -> Any:
        """The widget writes its own options."""
        return iter(())
