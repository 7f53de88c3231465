"""The base of every panel: everything off, labels from the columns, abilities from the permissions.

A register declares ``resource``, ``columns``, ``search``, ``filters``, ``fields`` – a list of lists in a
fixed order – and nothing else. Row scope is not here: it lies under the ORM (models/scope.py).
"""

from typing import Any

import sqlalchemy as sa
from flask import abort, current_app, flash, redirect, request, url_for
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.ajax import QueryAjaxModelLoader
from flask_admin.form import BaseForm
from flask_admin.model.base import ViewArgs
from flask_login import current_user
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Query, selectinload
from sqlalchemy.orm.exc import StaleDataError
from wtforms import HiddenField

from models import Unit, audit, db
from models.base import Choice
from models.errors import Invalid, Refused
from models.importing import PAGE_NAMES, Import
from models.now import now
from models.sentences import sentence_for
from models.wording import WordingError
from views.cells import FORMATTERS, TYPE_FORMATTERS
from views.exporting import send_rows
from views.filters import Where
from views.units import UnitChoice

CAP = 10_000
SWITCHES = {"create_view": "can_create", "edit_view": "can_edit", "export": "can_export", "delete_view": "can_delete",
            "ajax_update": "column_editable_list"}


class Capped(int):
    """A count that stopped at the cap: prints 10,000 以上."""

    def __str__(self) -> str:
        return f"{int(self):,} 以上"


class Loader(QueryAjaxModelLoader):
    """Foreign-key look-up: short terms, small pages; what may be found is the ORM scope's business."""

    def get_one(self, pk: Any) -> Any:
        """The row, or None for what is not a plausible id."""
        return super().get_one(int(pk)) if str(pk).isdecimal() and len(str(pk)) < 12 else None

    def get_list(self, term: str, offset: int = 0, limit: int = 10) -> list[Any]:
        """At most 20 rows."""
        return super().get_list((term or "")[:50], max(offset or 0, 0), min(max(limit or 10, 1), 20))


class Panel(ModelView):
    """One register."""

    resource = ""
    columns: list[str] = []
    search: list[str] = []
    filters: list[Where] = []
    more_filters: list[Where] = []
    fields: list[str] = []
    classes: dict[str, str] = {}
    order: tuple[str, bool] | None = None
    labels: dict[str, str] = {}
    imports: Import | None = None  # what makes the register importable, and by which key

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
        info = {key: column.info for key, column in columns.items()}
        self.column_list = self.columns
        self.column_details_list = self.column_details_list or list(dict.fromkeys([*self.columns, *self.fields]))
        self.column_labels = {key: value.get("label", key) for key, value in info.items()} | self._relations(model, info) | self.labels
        self.column_descriptions = {key: value["help"] for key, value in info.items() if value.get("help")}
        self.column_choices = enums
        self.form_choices = {key: ([] if columns[key].nullable is False else [("", "—")]) + pairs for key, pairs in enums.items()}
        self.column_searchable_list = self.search
        self.column_filters = [*self.filters, *self.more_filters]
        self.column_formatters = FORMATTERS | dict(self.column_formatters or {})
        self.column_formatters_export = FORMATTERS  # phones stay masked; what is HTML in the list is plain here
        self.form_columns = self.fields
        self.form_overrides, self.form_args = dict(self.form_overrides or {}), dict(self.form_args or {})
        for key in self.fields:
            if self._target(model, key) is Unit and key not in (self.form_ajax_refs or {}):
                self.form_overrides[key] = UnitChoice
                self.form_args[key] = self.form_args.get(key, {}) | {"label": self.column_labels.get(key, key)}
            elif self._target(model, key):
                self.form_args[key] = {"blank_text": "—"} | self.form_args.get(key, {})
            if (help_text := self._help(model, key)) and key not in self.form_args:
                self.form_args[key] = {"description": help_text}
        if self.order:
            self.column_default_sort = self.order
        super().__init__(model, db, name=name, **kwargs)
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
        return bool(current_user and current_user.is_authenticated and current_user.may(f"{self.resource}:{action}"))

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

    # -- rows -------------------------------------------------------------------------------

    def scaffold_auto_joins(self) -> list[Any]:
        """Only what adds no rows: a list with joined collections cannot be streamed into an export."""
        return [attribute for attribute in super().scaffold_auto_joins() if not attribute.property.uselist]

    def get_query(self) -> Query:
        """The rows, and the collections the list shows in one more statement each."""
        shown = [relation.class_attribute for relation in sa.inspect(self.model).relationships if relation.key in self.columns and relation.uselist]
        return super().get_query().options(*map(selectinload, shown))

    def get_one(self, id: Any) -> Any:
        """The row in scope, or None."""
        if not (str(id).isdecimal() and len(str(id)) < 18):
            return None
        try:
            return super().get_one(id)
        except DataError:
            db.session.rollback()
            return None

    def get_list(
        self, page: int | None, sort_column: Any, sort_desc: bool, search: str | None, filters: Any,
        execute: bool = True, page_size: int | None = None,
    ) -> tuple[int | None, Any]:
        """Rows of a page and their number, counted up to the cap."""
        page = min(max(page or 0, 0), CAP // (page_size or self.page_size))
        count = None
        if execute and page_size:
            query = super().get_list(0, None, False, search, filters, execute=False, page_size=0)[1]
            count = self.capped_count(query)
        return count, super().get_list(page, sort_column, sort_desc, search, filters, execute=execute, page_size=page_size)[1]

    def capped_count(self, query: Query) -> int:
        """How many rows, at most the cap."""
        key = getattr(self.model, self._primary_key)
        ids = query.enable_eagerloads(False).order_by(None).with_entities(key).limit(CAP + 1).subquery()
        count = db.session.scalar(sa.select(sa.func.count()).select_from(ids))
        return Capped(CAP) if count > CAP else count

    def _get_list_value(self, *args: Any, **kwargs: Any) -> Any:
        """As stock; an empty choice is empty, not “None”."""
        value = super()._get_list_value(*args, **kwargs)
        return "" if value is None else value

    def _create_ajax_loader(self, name: str, options: dict[str, Any]) -> Loader:
        return Loader(name, db, getattr(self.model, name).property.mapper.class_, **options)

    def _get_list_value(self, *args: Any) -> Any:
        """As stock; a choice nobody has made is blank."""
        value = super()._get_list_value(*args)
        return "" if value is None else value

    # -- the query bar ----------------------------------------------------------------------

    def get_filter_arg(self, index: int, flt: Where) -> str:
        """The filter's own fixed name."""
        return flt.key_name

    def _get_list_filter_args(self) -> list[Any]:
        found = []
        for index, flt in enumerate(self._filters or []):
            value = request.args.get(f"flt_{flt.key_name}", "").strip()
            if value and flt.validate(value):
                found.append((index, flt.name, value))
        return found

    def _complain(self) -> None:
        """Say which conditions were not understood."""
        for flt in self._filters or []:
            value = request.args.get(f"flt_{flt.key_name}", "").strip()
            if value and not flt.validate(value):
                flash(f"“{flt.name}”的条件“{value[:40]}”看不懂，已忽略", "error")

    def _get_filters(self, filters: list[Any] | None) -> dict[str, str]:
        """Active filters as they stand in an address, for the pager and the heads of columns."""
        return {f"flt_{self._filters[index].key_name}": value for index, _name, value in filters or []}

    def _get_list_extra_args(self) -> ViewArgs:
        """Of what else stands in the address only the tab is ours; `_external` or `endpoint` would mean something to url_for."""
        found = super()._get_list_extra_args()
        tab = found.extra_args.get("tab")
        return found.clone(extra_args={"tab": tab} if tab else {})

    def list_args(self, without: str = "") -> dict[str, Any]:
        """This list as the arguments of an address: tab, filters, search, order."""
        view = self._get_list_extra_args()
        args = view.extra_args | self._get_filters(view.filters) | {
            "search": view.search, "sort": view.sort, "desc": 1 if view.sort_desc else None,
        }
        return {name: value for name, value in args.items() if name != without and value is not None}

    def _fields(self, declared: list[Where]) -> list[dict[str, Any]]:
        return [flt.field(request.args.get(f"flt_{flt.key_name}")) for flt in declared]

    def _conditions(self, filters: list[Any], search: str | None) -> list[dict[str, str]]:
        """Active conditions, each with the list without it."""
        found = [(f"flt_{self._filters[i].key_name}", self._filters[i].words(value)) for i, _name, value in filters]
        if search:
            found.append(("search", f"查找：{search}"))
        return [
            {"label": words, "url": url_for(".index_view", **self.list_args(name))} for name, words in found
        ]

    def list_context(self, context: dict[str, Any]) -> dict[str, Any]:
        """More for the list page; panels add tabs, verbs, lights."""
        return {}

    def render(self, template: str, **kwargs: Any) -> str:
        """The list page gets the query bar; everything else is as Flask-Admin has it."""
        if template == self.list_template:
            search = [{"name": "search", "label": "查找", "kind": "text", "value": kwargs.get("search") or "",
                       "placeholder": "、".join(self.column_labels.get(s, s) for s in self.search)}] if self.search else []
            kwargs |= {
                "query_fields": search + self._fields(self.filters), "more_fields": self._fields(self.more_filters),
                "conditions": self._conditions(kwargs.get("active_filters") or [], kwargs.get("search")),
                "column_classes": self.classes, "row_label": str,
                "count_text": str(kwargs["count"]) if isinstance(kwargs.get("count"), Capped) else None,
            }
            if kwargs["count_text"] is None:
                del kwargs["count_text"]
            kwargs |= self.list_context(kwargs)
            self._complain()
        return super().render(template, **kwargs)

    # -- forms ------------------------------------------------------------------------------

    def get_form(self) -> type[BaseForm]:
        """The declared form, with the row's version when the table has one."""
        if not self.fields:
            return type("NoForm", (BaseForm,), {})
        made = super().get_form()
        made.row_version = HiddenField()
        return made

    def edit_form(self, obj: Any = None) -> BaseForm:
        """Remember which version is being edited."""
        made = super().edit_form(obj)
        if request.method == "GET":
            made.row_version.data = str(getattr(obj, "version", ""))
        return made

    def create_model(self, form: BaseForm) -> Any:
        """As stock, without the version field."""
        del form.row_version
        return super().create_model(form)

    def update_model(self, form: BaseForm, model: Any) -> bool:
        """A stale form is refused; what was typed stays on the page."""
        version = form.row_version.data
        if version and version != str(getattr(model, "version", version)):
            flash("这条记录刚被他人修改。您填写的内容还在，请核对后重新保存", "error")
            return False
        kept = form._fields.pop("row_version")
        try:
            return super().update_model(form, model)
        finally:
            form._fields["row_version"] = kept

    def handle_view_exception(self, exc: Exception) -> bool:
        """Every failure is one Chinese sentence; real bugs are raised in tests and logged elsewhere."""
        if isinstance(exc, IntegrityError | DataError):
            flash(sentence_for(exc), "error")
        elif isinstance(exc, StaleDataError):
            flash("这条记录刚被他人修改，请刷新后再改", "error")
        elif isinstance(exc, Invalid | Refused | WordingError | ValueError):
            flash(str(exc), "error")
        elif current_app.testing:
            raise exc
        else:
            current_app.logger.exception("save failed")
            flash("保存没有成功，什么都没有改动；请稍后再试，仍不行请联系系统管理员", "error")
        return True

    # -- export -----------------------------------------------------------------------------

    def export_rows(self) -> Query:
        """What the list shows with its filters, in its order."""
        args = self._get_list_extra_args()
        column = self._get_column_by_idx(args.sort)
        return self.get_list(
            0, column and column[0], args.sort_desc, args.search, args.filters, execute=False, page_size=0
        )[1]

    def _export_data(self) -> tuple[int, list[Any]]:
        raise NotImplementedError("exports stream; see views/exporting.py")

    def export(self, export_type: str) -> Any:
        """Filtered rows as a workbook or CSV; audited."""
        if export_type not in self.export_types:
            abort(404)
        heads = [label for _key, label in self.get_export_columns()]
        keys = [key for key, _label in self.get_export_columns()]
        audit.record("导出", self.resource, None, condition=request.query_string.decode()[:500], kind=export_type)
        return send_rows(
            f"{self.name}_{now():%Y%m%d%H%M}", self.name, heads,
            ([self.get_export_value(row, key) for key in keys] for row in self.export_rows().yield_per(500)), export_type,
        )

    export._urls = [("/export/<export_type>/", ("GET",))]
