"""What can be granted: every resource and action there is, with its Chinese name.

Registers bring their own name and actions, flows their verbs; only what neither declares is written here.
"""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import current_app

from models import Permission, db
from models.flow import Flow
from views import words

# Asked for by code that is neither a register nor a verb.
MORE = {
    "accountability": [f"issue_{rung}" for rung in range(5)], "report": ["view", "five", "person", "publish"], "board": ["view"], "search": ["view"],
    "inspection": ["tally", "direct"], "review": ["tally"], "request": ["ask"], "lead": ["name_reader"], "ticket": ["register", "import"],
    "slice": ["lay_out"], "instruction": ["register"], "notice": ["issue"],
}


@dataclass
class Resource:
    """Something that can be granted, and what can be done with it."""

    code: str
    label: str
    group: str = "其他"
    actions: dict[str, str] = field(default_factory=dict)

    def add(self, action: str, label: str | None = None) -> None:
        """One more action; the first label stays unless verbs share the permission."""
        if label is None:
            self.actions.setdefault(action, words.action_words(self.code, action))
        elif action not in self.actions:
            self.actions[action] = label
        elif label not in self.actions[action].split("、"):
            self.actions[action] += f"、{label}"


def catalogue() -> dict[str, Resource]:
    """Code → resource, in the order of the menu."""
    found: dict[str, Resource] = {}
    for view in _registers():
        made = found.setdefault(view.resource, Resource(view.resource, words.resource_words(view.resource), view.category or "其他"))
        for action in ("view", "export"):
            made.add(action)
    plain = [(view.resource, action, None) for view in _registers() if view.fields for action in ("create", "edit")]
    for code, action, label in [*_verbs(), *plain, *((code, action, None) for code, more in MORE.items() for action in more), *_granted()]:
        found.setdefault(code, Resource(code, words.resource_words(code))).add(action, label)
    return found


def _registers() -> list[Any]:
    return [view for view in current_app.extensions["admin"][0]._views if getattr(view, "resource", "") and hasattr(view, "fields")]


def _verbs() -> list[tuple[str, str, str]]:
    """(resource, action, label) of every declared verb."""
    found, classes = [], list(Flow.__subclasses__())
    while classes:
        cls = classes.pop()
        classes += cls.__subclasses__()
        for step in cls.transitions().values():
            if isinstance(step.permission, str):
                code, _, action = step.permission.partition(":")
                found.append((code, action, step.label))
    return sorted(set(found))


def _granted() -> list[tuple[str, str, None]]:
    """What some role holds already."""
    rows: list[Any] = db.session.execute(sa.select(Permission.resource, Permission.action).distinct().order_by(Permission.resource, Permission.action)).all()
    return [(resource, action, None) for resource, action in rows]
