"""What other systems call our columns and choices: one line a spelling, so that their exports are taken as they are."""

from typing import Any

from wtforms import SelectField

from models import ImportWord
from models.importing import plans
from views.filters import Where, contains
from views.panel import Panel


def targets() -> list[tuple[str, str]]:
    """(register.column, 台账 · 列) of everything that can be imported."""
    return [(f"{name}.{field.key}", f"{plan.name} · {field.label}") for name, plan in plans.items() for field in plan.fields]


def _label(target: str) -> str:
    return dict(targets()).get(target, "已停用的列")


class WordPanel(Panel):
    resource = "import_word"
    columns = ["target", "word", "meaning"]
    fields = ["target", "word", "meaning"]
    classes = {"word": "col-title cut", "target": "nowrap"}
    filters = [
        contains("q", "对方的写法", ImportWord.word),
        Where("register", "导入到", lambda v: ImportWord.target.startswith(f"{v}."), kind="select", choices=lambda: [(k, p.name) for k, p in plans.items()]),
    ]
    order = ("target", False)
    form_overrides = {"target": SelectField}
    form_args = {"target": {"choices": targets, "description": "台账和列"}}
    column_formatters = {"target": lambda _v, _c, row, _n: _label(row.target)}

    def get_export_value(self, model: Any, name: str) -> Any:
        """As the list shows it."""
        return _label(model.target) if name == "target" else super().get_export_value(model, name)
