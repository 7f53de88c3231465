"""A draw is recorded whole, weighted by credit class, and anybody can repeat it (I5)."""

import hashlib
from collections import Counter

import pytest
import sqlalchemy as sa
from flask import current_app

from models import Enterprise, RandomDraw, db
from models.enterprise import CreditClass
from models.errors import Invalid, NotPermitted, Refused
from models.inspection.draw import pick
from views.inspection.drawpaper import draw_pdf
from views.letters import page_count


def _by_hand(weights, count, seed, which):
    """The published rule, written down once more without looking at the product's code."""
    pool, drawn = dict(enumerate(weights)), []
    for k in range(1, count + 1):
        number = int.from_bytes(hashlib.sha256(f"{seed}|{which}|{k}".encode()).digest(), "big") % sum(pool.values())
        for place in sorted(pool):
            number -= pool[place]
            if number < 0:
                drawn.append(place)
                del pool[place]
                break
    return drawn


def _hold(desk, wanted=3, **more):
    given = {"title": "危险化学品双随机", "witness": "演示-王证（区纪委监委）", "field": desk.field(), "seed": "20240805"}
    return RandomDraw.hold(by=desk.cast.jia_clerk, unit=desk.cast.jia, wanted=wanted, **given | more)


@pytest.fixture
def pool(desk):
    """Forty rated enterprises and four inspectors."""
    for grade in CreditClass:
        for _ in range(10):
            desk.firm(credit_class=grade)
    desk.inspectors()
    return desk


@pytest.mark.parametrize("seed", ["1", "见证人给的词", "20240805"])
def test_the_pick_follows_the_published_rule(seed):
    weights = [1, 8, 2, 4, 1, 3, 0, 5]
    assert pick(weights, 5, seed, "企业") == _by_hand([w or 0 for w in weights], 5, seed, "企业")


def test_it_draws_without_replacement_and_never_a_weight_of_zero():
    assert sorted(pick([1, 0, 2, 3], 10, "x", "企业")) == [0, 2, 3]


def test_worse_credit_is_drawn_more_often():
    weights = [1] * 100 + [8] * 100
    hits = Counter("D" if place >= 100 else "A" for n in range(60) for place in pick(weights, 10, str(n), "企业"))
    assert hits["D"] > 5 * hits["A"]


def test_snapshot_weights_seed_and_witness_are_on_record_and_replay_agrees(pool):
    row = _hold(pool, wanted=6)
    assert (row.seed, row.witness, len(row.pool["enterprises"])) == ("20240805", "演示-王证（区纪委监委）", 41)
    assert {firm["credit"]: firm["weight"] for firm in row.pool["enterprises"]} == {"A": 1, "B": 2, "C": 4, "D": 8, "-": 2}
    places = _by_hand([firm["weight"] for firm in row.pool["enterprises"]], 6, "20240805", "企业")
    assert row.result["enterprises"] == [row.pool["enterprises"][place]["id"] for place in places]
    assert all(len({person["id"] for person in people}) == 2 for _firm, people in row.pairs())
    assert row.replay()


def test_the_register_may_change_afterwards_and_replay_still_agrees(pool):
    row = _hold(pool)
    names = [firm["name"] for firm, _people in row.pairs()]
    db.session.execute(sa.update(Enterprise.__table__).values(name="演示改名有限公司", credit_class="A"))
    assert row.replay()
    assert [firm["name"] for firm, _people in row.pairs()] == names


def test_a_tampered_record_does_not_replay(pool):
    row = _hold(pool)
    table = RandomDraw.__table__
    other = dict(row.result) | {"enterprises": row.result["enterprises"][::-1]}
    db.session.execute(sa.update(table).where(table.c.id == row.id).values(result=other))
    db.session.refresh(row)
    assert not row.replay()


def test_a_draw_is_never_changed(pool):
    row = _hold(pool)
    row.witness = "演示-别人"
    with pytest.raises(Refused, match="只增不改"):
        db.session.flush()
    db.session.rollback()


def test_whitelisted_enterprises_stay_out_of_the_pool(pool):
    spared = pool.firm(is_whitelisted=True)
    assert spared.id not in [firm["id"] for firm in _hold(pool).pool["enterprises"]]


def test_a_draw_needs_a_witness_who_is_somebody_else_and_two_inspectors(desk):
    desk.firm()
    with pytest.raises(Invalid, match="不足2人"):
        _hold(desk)
    desk.inspectors()
    with pytest.raises(Invalid, match="不能是抽取人本人"):
        _hold(desk, witness="演示-甲经办")
    with pytest.raises(NotPermitted):
        RandomDraw.hold(by=desk.cast.jia_head, unit=desk.cast.jia, title="抽", witness="演示-王证", field=None, wanted=1)


def test_anybody_can_replay_on_the_command_line(pool):
    row = _hold(pool)
    db.session.commit()
    runner = current_app.test_cli_runner()
    found = runner.invoke(args=["draw", "replay", str(row.id)])
    assert found.exit_code == 0
    assert "重放一致" in found.output
    assert all(firm["name"] in found.output for firm, _people in row.pairs())
    assert runner.invoke(args=["draw", "replay", "999"]).exit_code == 1


def test_it_prints(pool):
    assert page_count(draw_pdf(_hold(pool))) >= 2
