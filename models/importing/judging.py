"""Judging rows against the register as it is now: new, changing something, changing nothing, or wrong and why."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from models import scope
from models.base import Labelled, db
from models.errors import Refused
from models.importing import cells
from models.importing.plan import Field, Import, frozen, thaw
from models.importing.word import spellings
from models.unit import Unit, unit_names
from models.user import User

NAMED_BY = ("code", "credit_code", "name", "full_name", "short_name", "title", "period", "number", "username")


class Verdict(Labelled):
    NEW = "NEW", "新增"
    UPDATE = "UPDATE", "更新"
    SAME = "SAME", "不变"
    BAD = "BAD", "错误"


@dataclass
class Judged:
    """One line: what it says, as columns' values (kept as JSON), the row it means, what it would replace."""

    line: int
    raw: dict[str, str]
    data: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    target: int | None = None
    reasons: list[str] = field(default_factory=list)
    same: bool = False
    probe: Any = None  # the row as it would be, which never reaches the session

    @property
    def verdict(self) -> Verdict:
        """Wrong, or what entering it would do."""
        if self.reasons and not self.same:
            return Verdict.BAD
        if self.same:
            return Verdict.SAME
        return Verdict.UPDATE if self.target else Verdict.NEW


class Judge:
    """Judges the lines of one file in order; remembers keys already seen and names already looked up."""

    def __init__(self, plan: Import, by: User, about: dict[str, Any]) -> None:
        self.plan, self.by, self.about = plan, by, about
        self.words = spellings(plan.register)[1]
        self.readers: dict[str, Callable[[str], Any]] = {one.key: one.reader(self.words.get(one.key, {})) for one in plan.fields}
        self.seen: dict[tuple[Any, ...], int] = {}
        self.names: dict[type, dict[str, list[int]]] = {}
        with scope.everything():
            self.units, self.retired = unit_names()
        self.reach = plan.reach(by)
        self.eyes = scope.of_user(by)

    def chunk(self, rows: list[tuple[int, dict[str, str]]]) -> list[Judged]:
        """Judge some lines with a handful of statements."""
        with scope.everything():
            kept = set(db.session)
            self._look_up(rows)
            judged = [self._read(line, raw) for line, raw in rows]
            keys = {self._key(one) for one in judged if not one.reasons}
            found = self.plan.find(keys)
            seen = self._visible([row.id for row in found.values()])
            for one in judged:
                if not one.reasons:
                    self._compare(one, found.get(self._key(one)), seen)
            for row in set(db.session) - kept:  # tens of thousands would pile up
                db.session.expunge(row)
        return judged

    # -- what the cells say -----------------------------------------------------------------

    def _read(self, line: int, raw: dict[str, str]) -> Judged:
        one = Judged(line, raw)
        for spec in self.plan.fields:
            text = raw.get(spec.key, "")
            if not text or spec.hidden(text):
                continue
            try:
                if wrong := cells.fault(text):
                    raise ValueError(wrong)
                value = self.readers[spec.key](text)
                one.data[spec.attr] = self._named(spec, self._spelt(spec, value)) if spec.target is not None else value
            except ValueError as error:
                one.reasons.append(f"{spec.label}：{error}")
        one.data = {attr: value for attr, value in one.data.items() if value is not None}
        self.plan.fill(one.data, self.about)
        missing = [spec.label for spec in self.plan.fields if spec.required and one.data.get(spec.attr) is None and not self._said(one, spec)]
        if missing:
            one.reasons.append(f"缺少{'、'.join(missing)}")
        if not one.reasons:
            self._validate(one)
        return one

    def _said(self, one: Judged, spec: Field) -> bool:
        """Its cell has been complained about already."""
        return any(reason.startswith(f"{spec.label}：") for reason in one.reasons)

    def _validate(self, one: Judged) -> None:
        """The model's own validators, on a row that never reaches the session."""
        probe = one.probe = self.plan.model()
        columns = sa.inspect(self.plan.model).column_attrs
        for spec in self.plan.fields:
            if spec.attr in one.data and spec.attr in columns:
                try:
                    setattr(probe, spec.attr, thaw(spec, one.data[spec.attr]))
                    one.data[spec.attr] = frozen(getattr(probe, spec.attr))
                except (ValueError, Refused) as error:
                    one.reasons.append(str(error) if spec.label[:4] in str(error) else f"{spec.label}：{error}")

    # -- the rows it means ------------------------------------------------------------------

    def _key(self, one: Judged) -> tuple[Any, ...]:
        return tuple(one.data.get(spec.attr) for spec in self.plan.key_fields)

    def _compare(self, one: Judged, row: Any, visible: set[int]) -> None:
        key = self._key(one) if row is None else (row.id,)
        if key in self.seen:
            one.reasons.append(f"与第{self.seen[key]}行重复（{'、'.join(spec.label for spec in self.plan.key_fields)}相同）")
            return
        self.seen[key] = one.line
        if not self._within(one, row, visible):
            return
        one.reasons += self.plan.check(one.data, row and row.id)
        if row is None or one.reasons:
            return
        one.target = row.id
        if note := self.plan.settled(row):
            one.same, one.reasons = True, [note]
            return
        mapped = set(sa.inspect(self.plan.model).column_attrs.keys()) - {spec.attr for spec in self.plan.key_fields}
        now = {attr: frozen(getattr(row, attr)) for attr in one.data if attr in mapped}
        one.before = {attr: old for attr, old in now.items() if old != one.data[attr]}
        one.same = not one.before and not self.plan.always

    def _within(self, one: Judged, row: Any, visible: set[int]) -> bool:
        """Whether this person may enter or change this very row."""
        if row is not None and row.id not in visible:
            one.reasons.append("已有这条记录，但不在您的数据范围内，不能更新")
        elif self.reach is not None and not {one.data.get("unit_id"), getattr(row, "unit_id", one.data.get("unit_id"))} <= self.reach:
            one.reasons.append("不是您可以导入的单位")
        elif not self.plan.may_write(row if row is not None else one.probe, self.by):
            one.reasons.append("您的角色不能写入这一行")
        return not one.reasons

    def _visible(self, ids: list[int]) -> set[int]:
        if not ids:
            return set()
        with scope.within(self.eyes):
            return set(db.session.scalars(sa.select(self.plan.model.id).where(self.plan.model.id.in_(ids))))

    # -- names of other rows ----------------------------------------------------------------

    def _look_up(self, rows: list[tuple[int, dict[str, str]]]) -> None:
        for spec in self.plan.fields:
            if spec.target in (None, Unit):
                continue
            known = self.names.setdefault(spec.target, {})
            asked = {self._spelt(spec, text) for _line, raw in rows if (text := raw.get(spec.key, ""))} - known.keys()
            with scope.within(self.eyes):
                for name in NAMED_BY:
                    attribute = sa.inspect(spec.target).column_attrs.get(name)
                    if attribute is None or not asked:
                        continue
                    query = sa.select(attribute.class_attribute, spec.target.id).where(attribute.class_attribute.in_(asked))
                    for text, row_id in db.session.execute(query):
                        if row_id not in known.setdefault(text, []):
                            known[text].append(row_id)

    def _spelt(self, spec: Field, text: str) -> str:
        return self.words.get(spec.key, {}).get(text, text)

    def _named(self, spec: Field, text: str) -> int | None:
        """The id of the row that goes by this name."""
        if spec.target is Unit:
            if text in self.retired:
                raise ValueError(f"“{text}”已停用")
            if text not in self.units:
                raise ValueError(f"没有“{text}”这个单位，请用单位台账中的名称、简称或别名")
            return self.units[text]
        found = self.names[spec.target].get(text, [])
        if not found and spec.key in self.plan.loose:
            return None
        if len(found) != 1:
            raise ValueError(f"“{text}”有{len(found)}条同名记录，请改写代码或编号" if found else f"“{text}”没有登记，请核对名称")
        return found[0]
