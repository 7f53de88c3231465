"""The unit picker: one select of units, found by short name, full name or pinyin initials."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from markupsafe import Markup, escape
from wtforms import SelectField, SelectMultipleField
from wtforms.widgets import html_params

from models import Unit, db
from views.filters import unit_options


class PickerWidget:
    """A select whose options carry the full name and the pinyin for the search box, kind of unit by kind."""

    def __init__(self, multiple: bool = False) -> None:
        self.multiple = multiple

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        kwargs = {"id": field.id, "name": field.name, "data-role": "unit-picker"} | kwargs
        if self.multiple:
            kwargs["multiple"] = True
        chosen = {str(value) for value in (field.raw_picked() or [])}
        parts = [] if self.multiple else ['<option value=""></option>']
        for kind, units in groupby(unit_options(), itemgetter(4)):
            parts.append(f'<optgroup label="{escape(kind)}">')
            for value, name, full, pinyin, _kind in units:
                mark = " selected" if value in chosen else ""
                parts.append(f'<option value="{value}" data-hint="{escape(full)}" data-keys="{escape(pinyin)}"{mark}>{escape(name)}</option>')
            parts.append("</optgroup>")
        return Markup(f"<select {html_params(**kwargs)}>{''.join(parts)}</select>")


class UnitChoice(SelectField):
    """One unit; `data` is the Unit itself."""

    widget = PickerWidget()

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        for name in ("allow_blank", "query_factory", "get_label", "blank_text"):
            kwargs.pop(name, None)
        super().__init__(label, validators, choices=[], validate_choice=False, **kwargs)

    def raw_picked(self) -> list[str]:
        """Ids as they stand in the control."""
        return [str(self.data.id)] if isinstance(self.data, Unit) else []

    def process_data(self, value: Any) -> None:
        """From the row."""
        self.data = value

    def process_formdata(self, values: list[str]) -> None:
        """From the browser."""
        self.data = None
        if values and values[0]:
            self.data = db.session.get(Unit, int(values[0])) if values[0].isdecimal() and len(values[0]) < 12 else None
            if self.data is None:
                raise ValueError("没有这个单位，请从列表中选择")

    def iter_choices(self) -> Any:
        """The widget writes its own options."""
        return iter(())


class UnitChoices(SelectMultipleField):
    """Several units; `data` is a list of Unit."""

    widget = PickerWidget(multiple=True)

    def __init__(self, label: str = "", validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=[], validate_choice=False, **kwargs)

    def raw_picked(self) -> list[str]:
        """Ids as they stand in the control."""
        return [str(unit.id) for unit in self.data or []]

    def process_data(self, value: Any) -> None:
        """From the row."""
        self.data = list(value or [])

    def process_formdata(self, values: list[str]) -> None:
        """From the browser."""
        ids = [int(value) for value in values if value.isdecimal() and len(value) < 12]
        found = {unit.id: unit for unit in db.session.scalars(db.select(Unit).where(Unit.id.in_(ids)))}
        self.data = [found[i] for i in ids if i in found]
        if len(found) != len([value for value in values if value]):
            raise ValueError("有的单位不存在，请从列表中选择")

    def iter_choices(self) -> Any:
        """The widget writes its own options."""
        return iter(())
