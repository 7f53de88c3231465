"""Panels of registers whose rows belong to a unit: a unit's clerk finds the own unit filled in."""

from typing import Any

from flask import request, url_for
from flask_login import current_user

from models.user import Level
from views.cells import TYPE_FORMATTERS
from views.panel import Panel


class OwnedPanel(Panel):
    """A register with a `unit`. `siblings` are the registers reached from its list; `hidden` ones stand in no menu."""

    siblings: list[tuple[str, str, str]] = []  # (label, endpoint, icon)
    hidden = False
    column_type_formatters = column_type_formatters_detail = TYPE_FORMATTERS

    def is_visible(self) -> bool:
        """Hidden registers are reached from their sibling's list."""
        return not self.hidden

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """Buttons to the siblings, and the export button they would take the place of."""
        if not self.siblings:
            return {}
        open_to_me = {view.endpoint for view in self.admin._views if view.is_accessible()}
        found = [(label, url_for(f"{place}.index_view"), icon) for label, place, icon in self.siblings if place in open_to_me]
        if self.can_export:
            found.append(("导出", url_for(".export", export_type=self.export_types[0], **self.list_args()), "download"))
        return {"secondary_actions": found}

    def create_form(self, obj: Any = None) -> Any:
        """The own unit, for those who may write for it only."""
        form = super().create_form(obj)
        if request.method == "GET" and current_user.level(f"{self.resource}:create") == Level.UNIT and "unit" in form:
            form.unit.data = current_user.unit
        return form
