"""Loading is repeatable, keeps what officials changed, and refuses bad packs in plain Chinese."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from models import Permission, Responsibility, Role, ServiceStandard, Setting, Unit, UnitAlias, WorkGroup, db
from models.unit import find_unit
from seeds import files
from seeds.files import SeedError
from seeds.loader import load_packs

DOCUMENT_PACKS = ("jizhou", "mouping", "yuancheng", "weidong", "environment")


def _contents(session: Session) -> dict[str, list[tuple]]:
    """Every row of every table."""
    return {table.name: session.execute(sa.select(table)).all() for table in db.metadata.sorted_tables}


def test_loading_twice_changes_nothing(store: Session) -> None:
    first = load_packs(store)
    before = _contents(store)
    second = load_packs(store)
    assert _contents(store) == before
    assert all(created and not updated for created, updated, _ in first.values())
    assert {kind: (0, 0, created) for kind, (created, _, _) in first.items()} == second


def test_refreshing_an_untouched_district_changes_nothing(store: Session) -> None:
    load_packs(store)
    before = _contents(store)
    load_packs(store, refresh=True)
    assert _contents(store) == before


def test_what_officials_edited_stays(store: Session) -> None:
    load_packs(store)
    find_unit("区人社局").name = "区就业和社保局"
    store.scalar(sa.select(Setting).where(Setting.key == "office_close")).value = "18:00"
    load_packs(store)
    assert find_unit("renshe").name == "区就业和社保局"
    assert store.scalar(sa.select(Setting.value).where(Setting.key == "office_close")) == "18:00"


def test_refresh_sets_edited_rows_back_to_the_pack(store: Session) -> None:
    load_packs(store)
    find_unit("区人社局").name = "区就业和社保局"
    counts = load_packs(store, refresh=True)
    assert counts["units"] == (0, 1, 68)
    assert find_unit("renshe").name == "区人社局"


def test_a_refresh_the_district_cannot_take_names_the_entry(store: Session) -> None:
    load_packs(store)
    find_unit("区人社局").name = "区就业和社保局"
    store.add(Unit(code="other", name="区人社局"))
    store.flush()
    with pytest.raises(SeedError, match=r"core/units\.yaml 第\d+条（renshe）：不符合数据库约束"):
        load_packs(store, refresh=True)


def test_a_grant_and_a_member_taken_away_stay_away(store: Session) -> None:
    load_packs(store)
    of_intake = sa.select(Permission).join(Role).where(Role.code == "INTAKE")
    grant = store.scalar(of_intake.where(Permission.resource == "ticket", Permission.action == "import"))
    group = store.scalar(sa.select(WorkGroup).where(WorkGroup.code == "dudao"))
    store.delete(grant)
    store.delete(group.memberships[0])
    store.flush()
    counts = load_packs(store)
    assert counts["grants"][0] == counts["memberships"][0] == 0


def test_grants_on_a_resource_nobody_had_before_arrive_with_an_upgrade(store: Session) -> None:
    load_packs(store)
    store.execute(sa.delete(Permission).where(Permission.resource == "notice"))
    assert load_packs(store)["grants"][0] > 10


def test_a_missing_alias_is_filled_in(store: Session) -> None:
    load_packs(store)
    store.delete(store.scalar(sa.select(UnitAlias).where(UnitAlias.alias == "区法院")))
    store.flush()
    assert load_packs(store)["aliases"][0] == 1
    assert find_unit("区法院").code == "fayuan"


@pytest.mark.parametrize("left_out", DOCUMENT_PACKS)
def test_any_document_can_be_left_out_and_added_later(store: Session, left_out: str) -> None:
    some = load_packs(store, [name for name in DOCUMENT_PACKS if name != left_out])
    assert some["documents"][0] == 4
    then = load_packs(store)
    assert then["documents"] == (1, 0, 4)
    assert then.notes == []
    duties = store.scalar(sa.select(sa.func.count()).select_from(Responsibility))
    assert duties == some["responsibilities"][0] + then["responsibilities"][0] == 269


@pytest.mark.parametrize("alone", DOCUMENT_PACKS)
def test_a_document_loads_on_the_core_pack_alone(store: Session, alone: str) -> None:
    loaded = load_packs(store, [alone])
    assert loaded["documents"][0] == 1
    assert loaded["responsibilities"][0] > 0
    assert [note for note in loaded.notes if "core/standards.yaml" not in note] == []


def test_a_limit_for_a_category_that_is_left_out_is_not_loaded_and_said(store: Session) -> None:
    loaded = load_packs(store, ["mouping"])
    place = "core/standards.yaml 第2条（ticket-handle-zhengce）"
    assert loaded.notes == [f"{place}：“zhengce”所在的数据包未载入，本条不载入"]
    assert "ticket-handle-zhengce" not in set(store.scalars(sa.select(ServiceStandard.code)))


def test_a_pack_that_does_not_exist_is_named(store: Session) -> None:
    with pytest.raises(SeedError, match="没有数据包“pingyi”，可选：core、jizhou"):
        load_packs(store, ["pingyi"])


Edit = Callable[[str, Callable[[list], None]], None]


@pytest.fixture
def edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edit:
    """Changes one file of a copy of the packs, which is then what loads."""
    copy = tmp_path / "packs"
    shutil.copytree(files.ROOT, copy)
    monkeypatch.setattr(files, "ROOT", copy)

    def change(name: str, how: Callable[[list], None]) -> None:
        path = copy / name
        data = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else []
        how(data)
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

    return change


def _first(**values: object) -> Callable[[list], None]:
    return lambda entries: entries[0].update(values)


DUTIES = "weidong/responsibilities.yaml"
BAD_ENTRIES = [
    (
        "mouping/groups.yaml", lambda entries: entries[1]["members"].append("renshi"),
        "mouping/groups.yaml 第2条（yewu）：“unit”写的“renshi”不存在",
    ),
    (
        "jizhou/units.yaml", _first(kind="BUREAU"),
        "jizhou/units.yaml 第1条（wangge）：“kind”的值“BUREAU”不在可选范围（PARTY、",
    ),
    (
        "jizhou/units.yaml", _first(name="区人社局"),
        "jizhou/units.yaml 第1条（wangge）：“name”的值“区人社局”已被另一条单位使用",
    ),
    ("jizhou/units.yaml", _first(name=None), "jizhou/units.yaml 第1条（wangge）：缺少“name”"),
    (
        "jizhou/units.yaml", _first(aliases=["区法院"]),
        "jizhou/units.yaml 第1条（wangge）：与core/units.yaml 第23条（fayuan）重复",
    ),
    (
        DUTIES, _first(code="J-3-1-1"),
        f"{DUTIES} 第1条（J-3-1-1）：与jizhou/responsibilities.yaml 第1条（J-3-1-1）重复",
    ),
    (DUTIES, lambda entries: entries[0].pop("title"), f"{DUTIES} 第1条（W-2-1-1）：缺少“title”"),
    (DUTIES, _first(titel="x"), f"{DUTIES} 第1条（W-2-1-1）：没有“titel”这个字段"),
    (DUTIES, _first(title="长" * 81), f"{DUTIES} 第1条（W-2-1-1）：“title”超过80字"),
    (DUTIES, _first(kind="RECURRING", rrule="FREQ=HOURLY"), f"{DUTIES} 第1条（W-2-1-1）：重复规则最密为每日一次"),
    (DUTIES, _first(unit=None), f"{DUTIES} 第1条（W-2-1-1）：不符合数据库约束（"),
    (
        "core/roles.yaml", lambda entries: entries[0]["grants"][0].pop("scope"),
        "core/roles.yaml 第1条（COORDINATOR）：权限应写明 resource、scope、actions",
    ),
    ("weidong/groups.yaml", lambda entries: entries.append("办"), "weidong/groups.yaml 第2条：应为“字段: 值”的条目"),
]


@pytest.mark.parametrize(("name", "how", "message"), BAD_ENTRIES)
def test_a_bad_entry_is_refused_with_file_and_place(
    store: Session, edit: Edit, name: str, how: Callable[[list], None], message: str
) -> None:
    edit(name, how)
    with pytest.raises(SeedError) as refused:
        load_packs(store)
    assert str(refused.value).startswith(message)


def test_a_file_that_is_not_yaml_is_refused_with_its_line(store: Session, edit: Edit) -> None:
    edit("weidong/groups.yaml", lambda data: None)
    (files.ROOT / "weidong" / "groups.yaml").write_text("- code: a\n  name: [\n", encoding="utf-8")
    with pytest.raises(SeedError, match=r"weidong/groups\.yaml第\d行：YAML 格式错误"):
        load_packs(store)


def test_a_new_folder_is_a_new_pack(store: Session, edit: Edit) -> None:
    (files.ROOT / "shifan").mkdir()
    (files.ROOT / "shifan" / "pack.yaml").write_text("label: 示范\ndocument: null\n", encoding="utf-8")
    edit("shifan/units.yaml", lambda data: data.append({"code": "demo-town", "name": "演示镇", "kind": "TOWN"}))
    load_packs(store, ["shifan"])
    assert store.scalar(sa.select(Unit.kind).where(Unit.code == "demo-town")) == "TOWN"
