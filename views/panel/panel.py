"""The base of every panel: everything off, labels from the columns, abilities from the permissions.

A register declares ``resource``, ``columns``, ``search``, ``filters``, ``fields`` – a list of lists in a
fixed order – and nothing else. Row scope is not here: it lies under the ORM (models/scope.py).
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, url_for
from flask_admin.contrib.sqla import ModelView
from flask_login import current_user
from wtforms import StringField
from wtforms.validators import Optional

from models import Unit, db
from models.base import Choice
from models.importing import PAGE_NAMES, Import
from models.vault import sealed_columns
from views.cells import TYPE_FORMATTERS, clause_words
from views.filters import TheseRows
from views.panel.exports import Exports, export_cell
from views.panel.forms import Forms
from views.panel.query import Bar
from views.personal import Personal, masked_cell, personal_cell, sealed_length
from views.units import UnitChoice

SWITCHES = {"create_view": "can_create", "edit_view": "can_edit", "export": "can_export", "delete_view": "can_delete",
            "ajax_update": "column_editable_list"}


def _clause(_view: Any, _context: Any, row: Any, key: str) -> str:
    """A clause with the short name of its document."""
    return clause_words(getattr(row, key))


class Panel(Personal, Bar, Forms, Exports, ModelView):
    """One register."""

    columns: list[str] = []
    order: tuple[str, bool] | None = None
    labels: dict[str, str] = {}
    options: dict[str, Callable[[], list[tuple[str, str]]]] = {}  # columns that hold a code: (code, what people read)
    imports: Import | None = None  # what makes the register importable, and by which key
    export_formatters: dict[str, Any] = {}

    list_template = "admin/register/list.html"
    create_template = "admin/register/create.html"
    edit_template = "admin/register/edit.html"
    details_template = "admin/register/details.html"
    can_delete = False
    can_view_details = True
    can_set_page_size = True
    page_size = 20
    page_size_options = (20, 50, 100)
    simple_list_pager = True
    action_disallowed_list = ["delete"]
    export_types = ["xlsx", "csv"]
    column_display_pk = False
    column_type_formatters = column_type_formatters_detail = TYPE_FORMATTERS
    column_type_formatters_export = {list: TYPE_FORMATTERS[list]}
    named_filter_urls = True

    def __init__(self, model: type, name: str, **kwargs: Any) -> None:
        columns = {c.key: c.columns[0] for c in sa.inspect(model).column_attrs}
        enums = {key: c.type.enum.choices() for key, c in columns.items() if isinstance(c.type, Choice)}
        info, sealed = {key: column.info for key, column in columns.items()}, sealed_columns(model)
        self.column_list, self.form_columns = self.columns, self.fields
        self.column_details_list = self.column_details_list or list(dict.fromkeys([*self.columns, *self.fields]))
        self.column_labels = {key: value.get("label", key) for key, value in info.items()} | self._relations(model, info) | self.labels
        self.column_descriptions = {key: value["help"] for key, value in info.items() if value.get("help")}
        listed = {key: offered() for key, offered in self.options.items()}
        self.column_choices = enums | listed
        self.form_choices = listed | {key: ([] if columns[key].nullable is False else [("", "—")]) + pairs for key, pairs in enums.items()}
        self.column_searchable_list = self.search
        self.column_filters = [*self.filters, *self.more_filters, *self.linked_filters, TheseRows(model)]
        given = {"clause": _clause} | dict(self.column_formatters or {})
        self.column_formatters = dict.fromkeys(sealed, masked_cell) | given
        self.column_formatters_detail = dict.fromkeys(sealed, personal_cell) | dict(self.column_formatters_detail or given)
        # what is HTML in the list is plain here
        self.column_formatters_export = {"clause": _clause} | dict(self.export_formatters) | dict.fromkeys(sealed, export_cell)
        self.form_overrides, self.form_args = dict(self.form_overrides or {}), dict(self.form_args or {})
        self._arrange_fields(model, sealed, listed)
        if self.order:
            self.column_default_sort = self.order
        super().__init__(model, db, name=name, **kwargs)
        self._declare_import(model, name)

    def _arrange_fields(self, model: type, sealed: Any, listed: dict[str, Any]) -> None:
        """Pickers for units, masks for what is sealed, blanks and help of the other fields."""
        for key in self.fields:
            if self._target(model, key) is Unit and key not in (self.form_ajax_refs or {}):
                self.form_overrides[key] = UnitChoice
                self.form_args[key] = self.form_args.get(key, {}) | {"label": self.column_labels.get(key, key)}
            elif key in sealed:
                self.form_overrides.setdefault(key, StringField)
                self.form_args[key] = {"validators": [Optional(), sealed_length(sealed[key])]} | self.form_args.get(key, {})
            elif self._target(model, key) or key in listed:
                self.form_args[key] = {"blank_text": "—"} | self.form_args.get(key, {})
            if (help_text := self._help(model, key)) and (key not in self.form_args or key in listed):
                self.form_args[key] = self.form_args.get(key, {}) | {"description": help_text}

    def _declare_import(self, model: type, name: str) -> None:
        """Say what the page of a table is called, and that it can be filled from a workbook."""
        PAGE_NAMES.setdefault(model.__tablename__, name)
        if self.imports:
            self.imports.bind(self.endpoint, self.resource, name, model, self.fields)

    # -- from the columns -------------------------------------------------------------------

    @staticmethod
    def _target(model: type, key: str) -> type | None:
        """The class a many-to-one attribute leads to."""
        relation = sa.inspect(model).relationships.get(key)
        return relation.mapper.class_ if relation is not None and not relation.uselist else None

    @staticmethod
    def _relations(model: type, info: dict[str, Any]) -> dict[str, str]:
        """A relationship is called as its foreign-key column is."""
        found = {}
        for relation in sa.inspect(model).relationships:
            for column in relation.local_columns:
                if not relation.uselist and column.foreign_keys and "label" in column.info:
                    found[relation.key] = column.info["label"]
        return found

    @classmethod
    def _help(cls, model: type, key: str) -> str:
        attribute = sa.inspect(model).column_attrs.get(key)
        return attribute.columns[0].info.get("help", "") if attribute is not None else ""

    # -- who may ----------------------------------------------------------------------------

    def _may(self, action: str) -> bool:
        user = current_user._get_current_object()  # one look for all: a menu asks a hundred times
        return bool(user and user.is_authenticated and user.may(f"{self.resource}:{action}"))

    def is_accessible(self) -> bool:
        """Seen in the menu and reachable at all."""
        return self._may("view")

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """What one may not see does not exist."""
        return abort(404) if current_user.is_authenticated else redirect(url_for("auth.login"))

    @property
    def can_create(self) -> bool:
        """By permission, per request."""
        return self._may("create") and bool(self.fields)

    @property
    def can_edit(self) -> bool:
        """By permission, per request."""
        return self._may("edit") and bool(self.fields)

    @property
    def can_export(self) -> bool:
        """By permission, per request."""
        return self._may("export")

    def import_url(self) -> str | None:
        """Where 导入 leads, for those who may."""
        return url_for("import.upload", register=self.endpoint) if self.imports and self._may("import") else None

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        refused = super()._handle_view(name, **kwargs)
        if refused is None and name in SWITCHES and not getattr(self, SWITCHES[name]):
            abort(404)
        if refused is None and name == "action_view" and not self.get_actions_list()[0]:
            abort(404)
        return refused
