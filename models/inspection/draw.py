"""双随机: a draw of enterprises and inspectors that anybody can replay (I5, users.md idea 16).

Y 三(二)2: how often an enterprise is drawn depends on its credit class. The draw uses whole numbers and SHA-256
only, so that it can be checked by hand on any computer: with the pool in its recorded order, the k-th pick is
``SHA-256("seed|which|k")`` as a number, modulo the sum of the weights still in the pool; whoever's share of the
sum it falls into is drawn and leaves the pool.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, relationship

from models import columns as c
from models import scope
from models.base import db
from models.enterprise import Enterprise
from models.errors import Invalid, NotPermitted, Refused
from models.inspection.field import InspectionField, Inspector
from models.inspection.quiet import may_inspect
from models.now import now
from models.setting import setting
from models.unit import Unit
from models.user import Level, User

if TYPE_CHECKING:
    from models.inspection.inspection import Inspection

MOST = 20_000  # enterprises in one pool
PER_ENTERPRISE = 2  # inspectors; 行政处罚法 42
NO_CLASS = "-"


def pick(weights: Sequence[int], count: int, seed: str, which: str) -> list[int]:
    """Places of the drawn in `weights`, in the order drawn; without replacement, weight 0 never."""
    left = [(place, weight) for place, weight in enumerate(weights) if weight > 0]
    drawn: list[int] = []
    for k in range(1, min(count, len(left)) + 1):
        total = sum(weight for _place, weight in left)
        ticket = int(hashlib.sha256(f"{seed}|{which}|{k}".encode()).hexdigest(), 16) % total
        for index, (place, weight) in enumerate(left):
            if ticket < weight:
                drawn.append(place)
                del left[index]
                break
            ticket -= weight
    return drawn


def class_weights() -> dict[str, int]:
    """Credit class → weight from the setting ``A=1,B=2,C=4,D=8,-=2`` ("-" = not rated)."""
    found = {}
    for part in setting("draw_weights").split(","):
        name, _, weight = part.strip().partition("=")
        if not weight.strip().isdigit():
            raise Refused("参数“抽取权重”写法有误，应如 A=1,B=2,C=4,D=8,-=2")
        found[name.strip()] = int(weight)
    return found


def digest(pool: dict[str, Any]) -> str:
    """SHA-256 of the snapshot in its one spelling."""
    return hashlib.sha256(json.dumps(pool, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class RandomDraw(db.Model):
    """One draw: the pool as it was, weights, seed, witness, result. Rows are only added."""

    __tablename__ = "random_draw"

    id: Mapped[int] = c.key()
    title: Mapped[str] = c.text("抽取名称", 80, required=True)
    unit_id: Mapped[int] = c.ref("unit.id", "组织单位", required=True)
    field_id: Mapped[int | None] = c.ref("inspection_field.id", "监管领域")
    seed: Mapped[str] = c.text("随机种子", 64, required=True, help="由见证人现场给出，不填则由系统生成")
    witness: Mapped[str] = c.text("见证人", 60, required=True, help="姓名和单位，不能是抽取人本人")
    wanted: Mapped[int] = c.whole("抽取企业数", required=True)
    conditions: Mapped[str] = c.text("企业范围", 200, required=True)
    pool: Mapped[dict] = c.data("抽取底册", help="抽取时的企业和检查人员快照、权重")
    pool_sha256: Mapped[str] = c.text("底册摘要", 64, required=True)
    result: Mapped[dict] = c.data("抽取结果")
    drawn_at: Mapped[datetime] = c.stamp("抽取时间")
    drawn_by_id: Mapped[int] = c.ref("user_account.id", "抽取人", required=True)

    unit: Mapped[Unit] = relationship()
    field: Mapped[InspectionField | None] = relationship()
    drawn_by: Mapped[User] = relationship()
    inspections: Mapped[list["Inspection"]] = relationship(back_populates="draw")

    __table_args__ = (
        sa.CheckConstraint("wanted > 0", name="wanted_positive"),
        sa.CheckConstraint("length(pool_sha256) = 64", name="pool_hash_length"),
        sa.CheckConstraint("length(seed) > 0 AND length(witness) > 0", name="seed_and_witness"),
    )

    @property
    def number(self) -> str:
        """抽取2024-12: by year and serial of the table."""
        return f"抽取{self.drawn_at.year}-{self.id}"

    @classmethod
    def hold(
        cls, *, by: User, unit: Unit, title: str, field: InspectionField | None, wanted: int, witness: str, seed: str = "",
        town: Unit | None = None, industry: str = "",
    ) -> "RandomDraw":
        """Take the snapshot, draw, record. Raises NotPermitted or Invalid."""
        with scope.everything():
            _may_hold(by, unit, title, wanted, witness)
            enterprises, words = _enterprises(town, industry.strip())
            pool = {"enterprises": enterprises, "inspectors": _inspectors(unit), "weights": class_weights()}
            seed = seed.strip() or secrets.token_hex(16)
            row = cls(
                title=title.strip(), unit=unit, field=field, seed=seed, witness=witness.strip(), wanted=wanted, conditions=words, pool=pool,
                pool_sha256=digest(pool), result=outcome(pool, wanted, seed), drawn_at=now(), drawn_by=by,
            )
            db.session.add(row)
            db.session.flush()
        return row

    def replay(self) -> bool:
        """Draw again from the snapshot; True when snapshot and result are what was recorded."""
        return digest(self.pool) == self.pool_sha256 and outcome(self.pool, self.wanted, self.seed) == self.result

    def pairs(self) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """(enterprise, its inspectors) as drawn, from the snapshot."""
        firms = {row["id"]: row for row in self.pool["enterprises"]}
        people = {row["id"]: row for row in self.pool["inspectors"]}
        return [
            (firms[firm], [people[person] for person in group])
            for firm, group in zip(self.result["enterprises"], self.result["groups"], strict=True)
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


def outcome(pool: dict[str, Any], wanted: int, seed: str) -> dict[str, list[Any]]:
    """What a pool, a number and a seed lead to: ids of enterprises in order, and the inspectors of each."""
    places = pick([row["weight"] for row in pool["enterprises"]], wanted, seed, "企业")
    firms = [pool["enterprises"][place]["id"] for place in places]
    people = [row["id"] for row in pool["inspectors"]]
    order = [people[place] for place in pick([1] * len(people), len(people), seed, "人员")]
    # Everybody's turn comes before anybody's second one; two different people for each enterprise.
    groups = [[order[(n * PER_ENTERPRISE + i) % len(order)] for i in range(PER_ENTERPRISE)] for n in range(len(firms))]
    return {"enterprises": firms, "groups": groups}


def _may_hold(by: User, unit: Unit, title: str, wanted: int, witness: str) -> None:
    level = by.level("draw:hold")
    if level is None or (level != Level.ALL and unit.id != by.unit_id):
        raise NotPermitted("您的角色不能为该单位组织抽取")
    if why := may_inspect(unit):
        raise Invalid("unit", why)
    for field, text, label, longest in (("title", title, "抽取名称", 80), ("witness", witness, "见证人", 60)):
        if not text.strip() or len(text.strip()) > longest:
            raise Invalid(field, f"请填写{label}，{longest}字以内")
    if by.name in witness:
        raise Invalid("witness", "见证人不能是抽取人本人")
    if wanted < 1:
        raise Invalid("wanted", "抽取企业数应大于零")


def _enterprises(town: Unit | None, industry: str) -> tuple[list[dict[str, Any]], str]:
    """The pool in order of id with its weights, and the condition in words. Whitelisted ones are left out (W 二(三))."""
    where = [Enterprise.is_active, Enterprise.is_whitelisted.is_(False)]
    if town:
        where.append(Enterprise.town_id == town.id)
    if industry:
        where.append(Enterprise.industry == industry)
    weights = class_weights()
    rows = db.session.execute(
        sa.select(Enterprise.id, Enterprise.name, Enterprise.credit_class).where(*where).order_by(Enterprise.id).limit(MOST + 1)
    ).all()
    if len(rows) > MOST:
        raise Invalid("industry", f"符合条件的企业超过{MOST}家，请按镇街或行业缩小范围")
    if not rows:
        raise Invalid("industry", "没有符合条件的企业")
    words = "、".join(filter(None, [town.name if town else "全区", industry])) + "存续企业，白名单除外"
    return [_weighed(row, weights) for row in rows], words


def _weighed(row: Any, weights: dict[str, int]) -> dict[str, Any]:
    grade = row.credit_class.value if row.credit_class else NO_CLASS
    return {"id": row.id, "name": row.name, "credit": grade, "weight": weights.get(grade, weights.get(NO_CLASS, 1))}


def _inspectors(unit: Unit) -> list[dict[str, Any]]:
    rows: Iterable[Inspector] = db.session.scalars(
        sa.select(Inspector).where(Inspector.unit_id == unit.id, Inspector.is_active).order_by(Inspector.id)
    )
    found = [{"id": row.id, "name": row.name, "certificate": row.certificate} for row in rows]
    if len(found) < PER_ENTERPRISE:
        raise Invalid("unit", f"{unit}在检查人员库中不足{PER_ENTERPRISE}人，请先补充")
    return found


def _frozen(_mapper: Any, _connection: Any, row: Any) -> None:
    session = Session.object_session(row)
    if row in session.deleted or session.is_modified(row, include_collections=False):
        raise Refused("抽取记录只增不改，需要时重新抽取")


sa.event.listen(RandomDraw, "before_update", _frozen)
sa.event.listen(RandomDraw, "before_delete", _frozen)
