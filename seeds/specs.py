"""What is in a pack: which file fills which table, by which natural key, referring to what.

To add a register to the packs, add one :class:`Spec` here and a YAML file of the same name.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from models.accountability import EscalationRule
from models.category import Category
from models.document import SourceDocument
from models.fixed_day import FixedDay
from models.group import GroupMembership, MemberRole, WorkGroup
from models.importing import ImportWord
from models.indicator import Indicator
from models.inspection.field import InspectionField
from models.notice import LetterTemplate
from models.openness import DomainField
from models.rating import RatingRule
from models.responsibility import Responsibility
from models.setting import Setting, StockPhrase
from models.standard import ServiceStandard
from models.supervision import Campaign, ChecklistItem
from models.unit import Unit, UnitAlias, UnitKind
from models.user import Permission, Role
from seeds.files import Entry, SeedError

LETTER_FIELDS = ("label", "form", "series", "title", "addressee", "contact", "clause", "reply_days")

Row = dict[str, Any]
Rows = Callable[[list[Entry]], Iterator[tuple[Entry, Row]]]


@dataclass(frozen=True)
class Ref:
    """A field that names a row of another table by its code. `optional`: left empty when that row is not loaded."""

    field: str
    column: str
    target: str
    optional: bool = False


def _as_written(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    for entry in entries:
        yield entry, dict(entry.data)


@dataclass(frozen=True)
class Spec:
    """One table. `inside`: rows belong to a parent and are added only when the parent is new (`family`: or when
    no row yet has their value in that column), so that what officials took away stays away."""

    name: str
    label: str
    file: str
    model: type
    key: tuple[str, ...]
    refs: tuple[Ref, ...] = ()
    rows: Rows = _as_written
    inside: str | None = None
    family: str | None = None
    cited: bool = False  # has a clause; its first letter names the document


def _units(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    """Full entries only; an entry with a code and aliases adds spellings to a unit defined elsewhere."""
    kinds = {kind.value: rank for rank, kind in enumerate(UnitKind, 1)}
    places = {kind: count(1) for kind in kinds}
    for entry in entries:
        if "name" in entry.data:
            kind = entry.need("kind")
            row = {name: value for name, value in entry.data.items() if name != "aliases"}
            yield entry, row | ({"sort": kinds[kind] * 100 + next(places[kind])} if kind in kinds else {})


def _aliases(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    for entry in entries:
        for alias in entry.data.get("aliases") or ():
            yield entry, {"unit": entry.need("code"), "alias": alias}


def _groups(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    for entry in entries:
        yield entry, {name: value for name, value in entry.data.items() if name not in ("leads", "members")}


def _memberships(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    for entry in entries:
        for name, role in (("leads", MemberRole.LEAD), ("members", MemberRole.MEMBER)):
            for unit in entry.data.get(name) or ():
                yield entry, {"group": entry.need("code"), "unit": unit, "role": role.value}


def _responsibilities(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    """A duty shared by several groups becomes one row per group."""
    for entry in entries:
        row = dict(entry.data)
        groups = row.pop("for_groups", None)
        if groups is None:
            yield entry, row
        for group in groups or ():
            yield entry, row | {"code": f"{entry.need('code')}-{group}", "group": group}


def _roles(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    for entry in entries:
        yield entry, {name: value for name, value in entry.data.items() if name != "grants"}


def _grants(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    for entry in entries:
        for grant in entry.data.get("grants") or ():
            if set(grant) != {"resource", "scope", "actions"}:
                raise SeedError(f"{entry.where}：权限应写明 resource、scope、actions")
            for action in grant["actions"]:
                yield entry, {"role": entry.need("code"), "action": action} | {
                    name: grant[name] for name in ("resource", "scope")
                }


def _phrases(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    for entry in entries:
        for place, text in enumerate(entry.data.get("texts") or (), 1):
            yield entry, {"verb": entry.need("verb"), "text": text, "sort": place * 10}


def _import_words(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    for entry in entries:
        for word in entry.data.get("headings") or ():
            yield entry, {"target": entry.need("target"), "word": str(word), "meaning": ""}
        for meaning, words in (entry.data.get("words") or {}).items():
            for word in words:
                yield entry, {"target": entry.need("target"), "word": str(word), "meaning": str(meaning)}


def _letters(entries: list[Entry]) -> Iterator[tuple[Entry, Row]]:
    """What the panel may edit; grids and annexes stay with the layout."""
    for entry in entries:
        row = {name: entry.data.get(name) for name in LETTER_FIELDS}
        row |= {name: row[name] or None for name in ("series", "reply_days")}
        copies = "、".join(entry.data.get("cc") or ())
        yield entry, row | {"kind": entry.need("code"), "wording": entry.data.get("wording", ""), "cc": copies or None}


SPECS = (
    Spec("documents", "文件", "document", SourceDocument, ("key",)),
    Spec("units", "单位", "units", Unit, ("code",), rows=_units),
    Spec("aliases", "单位别名", "units", UnitAlias, ("alias",), (Ref("unit", "unit_id", "units"),), _aliases),
    Spec("groups", "工作组", "groups", WorkGroup, ("code",), rows=_groups, cited=True),
    Spec(
        "memberships", "工作组成员", "groups", GroupMembership, ("group_id", "unit_id"),
        (Ref("group", "group_id", "groups"), Ref("unit", "unit_id", "units")), _memberships, inside="group_id",
    ),
    Spec(
        "responsibilities", "职责", "responsibilities", Responsibility, ("code",),
        (
            Ref("group", "group_id", "groups"), Ref("unit", "unit_id", "units"),
            Ref("recipient", "recipient_id", "units", optional=True),
        ),
        _responsibilities, cited=True,
    ),
    Spec(
        "indicators", "指标", "indicators", Indicator, ("code",), (Ref("group", "group_id", "groups", optional=True),),
        cited=True,
    ),
    Spec("categories", "类别", "categories", Category, ("code",), cited=True),
    Spec(
        "standards", "时限标准", "standards", ServiceStandard, ("code",),
        (Ref("category", "category_id", "categories"),), cited=True,
    ),
    Spec("campaigns", "专项监督", "campaigns", Campaign, ("code",), (Ref("host", "host_id", "units", optional=True),), cited=True),
    Spec(
        "checklist", "监督清单", "checklist", ChecklistItem, ("code",), (Ref("campaign", "campaign_id", "campaigns", optional=True),),
        cited=True,
    ),
    Spec("fixed_days", "固定日", "fixed_days", FixedDay, ("code",), (Ref("unit", "unit_id", "units", optional=True),), cited=True),
    Spec(
        "inspection_fields", "监管领域", "inspection_fields", InspectionField, ("code",),
        (Ref("unit", "unit_id", "units", optional=True),), cited=True,
    ),
    Spec("roles", "角色", "roles", Role, ("code",), rows=_roles),
    Spec(
        "grants", "权限", "roles", Permission, ("role_id", "resource", "action"), (Ref("role", "role_id", "roles"),),
        _grants, inside="role_id", family="resource",
    ),
    Spec("rules", "督办规则", "rules", EscalationRule, ("code",), cited=True),
    Spec("ratings", "评价规则", "ratings", RatingRule, ("code",), (Ref("indicator", "indicator_id", "indicators"),), cited=True),
    Spec("fields", "领域", "fields", DomainField, ("number",), cited=True),
    Spec("letters", "文书", "letters", LetterTemplate, ("kind",), rows=_letters),
    Spec("settings", "系统参数", "settings", Setting, ("key",)),
    Spec("import_words", "导入列名", "import_words", ImportWord, ("target", "word"), rows=_import_words),
    Spec("phrases", "常用意见", "phrases", StockPhrase, ("verb", "text"), rows=_phrases),
)
