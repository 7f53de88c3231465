"""The side menu of a reader: which lists they may open, group by group."""

from typing import NamedTuple

from flask import request
from flask_admin import Admin
from flask_admin.menu import BaseMenu
from flask_login import current_user

from models.remembered import remembered
from views.inspection import ICONS as INSPECTION_ICONS

ICONS = {
    "admin": "house-door", "ticket": "inbox", "task": "list-task", "accountability": "flag", "notice": "file-earmark-text", "rule": "stopwatch",
    "enterprise": "building", "unit": "diagram-3", "staff": "people", "contact": "telephone", "meeting": "people-fill", "decision": "list-task",
    "instruction": "pencil-square", "city_notice": "bell", "fixed_day": "calendar-check", "local_rule": "journal-text", "firm": "building",
    "liaison": "people", "visit": "building", "difficulty": "flag", "survey": "bar-chart-line", "investment": "bar-chart-line",
    "special_supervisor": "person-circle", "station": "house-door", "alias": "bookmark-star", "group": "people-fill", "membership": "people",
    "responsibility": "clipboard-check", "indicator": "bar-chart-line", "result": "bar-chart-line", "category": "funnel", "standard": "stopwatch",
    "calendar": "calendar-check", "document": "journal-text", "template": "pencil-square", "user": "person-circle", "grant": "shield-check",
    "role": "shield-check", "permission": "lock",
    "delegation": "people", "login_policy": "lock", "setting": "list", "phrase": "bookmark-star", "audit": "clock-history", "heartbeat": "arrow-repeat",
    "report": "journal-text", "board": "bar-chart-line", "rating": "flag", "slice": "pencil-square", "problem_paper": "exclamation-triangle-fill",
    "field": "diagram-3", "catalogue": "list", "media_account": "megaphone", "policy_document": "file-earmark-text", "article": "journal-text",
    "policy": "bookmark-star", "service_item": "clipboard-check", "activity": "people", "campaign": "bookmark-star", "check": "search",
    "problem": "exclamation-triangle-fill", "lead": "lock", "milestone": "calendar-check", "approval": "check-lg", "checklist": "clipboard-check",
    "suggestion": "pencil-square", "outcome": "star", "session": "megaphone", "project": "building", "approvalitem": "list-task",
    "onlinetest": "arrow-repeat", "outbox": "megaphone", "reform": "list", "concentration": "diagram-3", "parallel": "layout-three-columns", "trade": "shop",
    "client": "lock", "operation": "clipboard-check",
} | INSPECTION_ICONS


class Entry(NamedTuple):
    """One line."""

    endpoint: str
    name: str
    url: str
    icon: str


class Group(NamedTuple):
    """Lines under a heading; "" holds what stands above all groups."""

    name: str
    entries: list[Entry]


def side_menu(admin: Admin) -> list[Group]:
    """Asked of a hundred lists once, for as long as nobody's permissions change."""
    return remembered(("menu", current_user.id, request.script_root), lambda: _groups(admin))


def _groups(admin: Admin) -> list[Group]:
    top = [item for item in admin.menu() if not item.is_category() and item.is_accessible() and item.is_visible()]
    groups = [Group("", list(map(_entry, top)))]
    groups += [Group(item.name, list(map(_entry, item.get_children()))) for item in admin.menu() if item.is_category()]
    return [group for group in groups if group.entries]


def _entry(item: BaseMenu) -> Entry:
    endpoint = item._view.endpoint
    return Entry(endpoint, item.name, item.get_url(), ICONS.get(endpoint, "journal-text"))
