"""What can be granted: every resource and action there is, with its Chinese name.

Registers bring their own name and actions, flows their verbs; only what neither declares is written here.
"""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import current_app

from models import Permission, db
from models.flow import Flow

ACTIONS = {
    "view": "查看", "create": "新增", "edit": "修改", "retire": "停用", "export": "导出", "import": "导入", "print": "打印", "merge": "并案",
    "plan": "编制计划", "draft": "起草", "publish": "发布", "compute": "计算", "hold": "组织", "verify": "校验", "unlock": "解锁、重置口令", "grant": "授权",
    "reveal": "查看个人信息", "void": "作废", "personal": "导出个人信息", "push": "推送",
}
# Beside the registers' own names and the flows' verbs.
RESOURCES = {"attachment": "附件", "search": "查找", "board": "看板", "series": "文书字号",
             "inspection_field": "监管领域", "user": "用户", "role": "角色和权限",
             "accountability": "督办问责", "service_rating": "好差评", "grant_policy": "政策兑现", "report": "通报与报表"}
MORE = {
    "accountability": {f"issue_{rung}": f"签发{name}" for rung, name in enumerate(("提示提醒", "督办", "挂牌", "约谈", "问责"))},
    "report": {"five": "五份月报", "person": "人员月报"},
    "inspection": {"tally": "统计", "direct": "径直检查", "visit": "登记入企"},
    "review": {"tally": "统计"},
    "lead": {"name_reader": "指定知悉人"},
    "ticket": {"register": "登记"},
    "notice": {"issue": "签发"},
    "slice": {"lay_out": "布置"},
    "request": {"ask": "提出"},
    "instruction": {"register": "登记批示", "check": "核查"},
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
            self.actions.setdefault(action, MORE.get(self.code, {}).get(action) or ACTIONS.get(action, action))
        elif action not in self.actions or self.actions[action] == action:
            self.actions[action] = label
        elif label not in self.actions[action].split("、") and action not in ACTIONS:
            self.actions[action] += f"、{label}"


def catalogue() -> dict[str, Resource]:
    """Code → resource, in the order of the menu."""
    found: dict[str, Resource] = {}
    for view in current_app.extensions["admin"][0]._views:
        if code := getattr(view, "resource", ""):
            made = found.setdefault(code, Resource(code, RESOURCES.get(code, view.name), view.category or "其他"))
            for action in ("view", "export", *(("create", "edit") if getattr(view, "fields", None) else ())):
                made.add(action)
    for code, action, label in [*_verbs(), *((c, a, None) for c, more in MORE.items() for a in more), *_granted()]:
        found.setdefault(code, Resource(code, RESOURCES.get(code, code))).add(action, label)
    return found


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
