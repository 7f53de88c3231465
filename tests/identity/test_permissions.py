"""Permissions as data: seen as one matrix, changed by the security administrator, binding for everybody at once."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
import yaml

from models import AuditEntry, Permission, Role, User, audit, db
from models.errors import Refused
from models.user import Level
from tests.panel.browse import ON_SQLITE
from views.permits import catalogue

pytestmark = ON_SQLITE
ROOT = Path(__file__).resolve().parents[2]
LITERAL = re.compile(r"""(?:permission=|may\(|level\(|require\()"([a-z_]+):([a-z_]+)\"""")


def role(code):
    return db.session.scalars(sa.select(Role).where(Role.code == code)).one()


def held(code, resource):
    query = sa.select(Permission.action, Permission.scope).join(Role).where(Role.code == code, Permission.resource == resource)
    return dict(db.session.execute(query).all())


def cell(code, resource):
    return f"/permission/cell/?id={role(code).id}&resource={resource}"


def answers(page, **changed):
    """The form as it stands, with some answers changed."""
    names = page.tree.xpath("//main//form[@method='post']//select/@name")
    return {name: page.value(name) for name in names} | changed | {"reason": "人员调岗"}


def test_everything_the_code_asks_for_and_the_packs_grant_can_be_granted_and_has_a_chinese_name(app, cast):
    offered = catalogue()
    asked = {pair for path in (*ROOT.glob("models/**/*.py"), *ROOT.glob("views/**/*.py")) for pair in LITERAL.findall(path.read_text("utf-8"))}
    for entry in yaml.safe_load((ROOT / "seeds/packs/core/roles.yaml").read_text("utf-8")):
        asked |= {(grant["resource"], action) for grant in entry["grants"] for action in grant["actions"]}
    missing = {f"{code}:{action}" for code, action in asked if code not in offered or action not in offered[code].actions}
    assert missing == set()
    words = [word for resource in offered.values() for word in (resource.label, *resource.actions.values())]
    assert [word for word in words if not re.search("[\u4e00-\u9fff]", word)] == []


def test_a_grant_changed_in_the_matrix_binds_at_once_and_is_in_the_trail(desk, cast):
    assert desk("leader").get("/ticket/export/csv/").status == 404
    page = desk("secadmin").get(cell("LEADER", "ticket"))
    before = held("LEADER", "ticket")
    assert desk("secadmin").post(cell("LEADER", "ticket"), answers(page, a_export="ALL", a_print="")).status == 302
    after = held("LEADER", "ticket")
    assert after == {action: level for action, level in before.items() if action != "print"} | {"export": Level.ALL}
    assert desk("leader").raw("/ticket/export/csv/").status_code == 200
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "调整权限")).one()
    assert "人员调岗" in entry.changes
    assert "导出：不授予→全部" in entry.changes


def test_a_change_needs_its_reason_and_something_changed(desk, cast):
    page = desk("secadmin").get(cell("LEADER", "ticket"))
    assert "请填写调整依据" in desk("secadmin").post(cell("LEADER", "ticket"), answers(page, a_export="ALL") | {"reason": ""}).words
    assert "没有改动" in desk("secadmin").post(cell("LEADER", "ticket"), answers(page)).said
    assert desk("secadmin").post(cell("LEADER", "ticket"), answers(page, a_export="GOD")).status == 200
    assert "export" not in held("LEADER", "ticket")


def test_nobody_widens_an_own_role_or_gives_business_to_an_administrator(desk, cast):
    for code, resource in (("SECADMIN", "role"), ("SECADMIN", "ticket"), ("SYSADMIN", "ticket"), ("AUDITOR", "ticket"), ("COORDINATOR", "audit"),
                           ("LEADER", "role")):
        before = held(code, resource)
        page = desk("secadmin").get(cell(code, resource))
        assert desk("secadmin").post(cell(code, resource), answers(page, a_view="ALL", a_export="ALL")).status == 200
        assert held(code, resource) == before, (code, resource)


@pytest.mark.parametrize("codes", [["SYSADMIN", "SECADMIN"], ["SECADMIN", "AUDITOR"], ["SYSADMIN", "COORDINATOR"], ["AUDITOR", "LEADER"]])
def test_no_path_makes_one_account_two_administrators_or_an_administrator_a_clerk(app, cast, codes):
    user = User(username="beides", name="演示-两头", roles=[role(code) for code in codes])
    db.session.add(user)
    with pytest.raises(Refused, match="三员"):
        db.session.flush()


def test_no_path_gives_an_administrators_role_business(app, cast):
    db.session.add(Permission(role=role("SYSADMIN"), resource="ticket", action="view", scope=Level.ALL))
    with pytest.raises(Refused, match="不能授予业务权限"):
        db.session.flush()


def test_no_path_turns_an_administrators_role_into_another_or_another_into_one(desk, cast):
    """One word in the register of roles would have carried its holders, or business to them, across the line."""
    for code, kind in (("SYSADMIN", ""), ("SYSADMIN", "AUDIT"), ("SECADMIN", ""), ("COORDINATOR", "SYSTEM")):
        row, before = role(code), role(code).admin_kind
        page = desk("secadmin").post(f"/role/edit/?id={row.id}", {"code": row.code, "name": row.name, "admin_kind": kind, "note": row.note})
        assert "三员类别在新增角色时确定" in page.words, (code, kind)
        db.session.refresh(row)
        assert row.admin_kind == before


def test_no_administrator_gets_rid_of_the_last_one_who_watches_him(desk, cast):
    for who, watched in (("sysadmin", cast.auditor), ("sysadmin", cast.secadmin)):
        form = {"username": watched.username, "name": watched.name}  # 启用 is not ticked
        assert "请先另设一名" in desk(who).post(f"/user/edit/?id={watched.id}", form).words
    page = desk("secadmin").post(f"/grant/edit/?id={cast.auditor.id}", {"roles": []})
    assert "请先另设一名" in page.words
    db.session.expire_all()
    assert cast.auditor.is_active
    assert [row.code for row in cast.auditor.roles] == ["AUDITOR"]
    db.session.add(User(username="auditor2", name="演示-审计二", roles=[role("AUDITOR")]))
    db.session.commit()
    assert desk("sysadmin").post(f"/user/edit/?id={cast.auditor.id}", {"username": "auditor", "name": "演示-审计"}).status == 302
    db.session.expire_all()
    assert not cast.auditor.is_active


def test_a_grant_is_not_moved_away_from_ones_own_role(app, cast):
    token = audit.actor.set((cast.secadmin.id, cast.secadmin.name, ""))
    try:
        mine = sa.select(Permission).where(Permission.role_id == role("SECADMIN").id, Permission.resource == "user")
        db.session.scalars(mine).first().role = role("SYSADMIN")
        with pytest.raises(Refused, match="不能改动它的权限"):
            db.session.flush()
    finally:
        audit.actor.reset(token)
        db.session.rollback()


def test_the_packs_themselves_keep_the_administrators_apart(app, cast):
    """Were it otherwise, loading them would have been refused."""
    kinds = {row.admin_kind for row in db.session.scalars(sa.select(Role)) if row.admin_kind}
    assert len(kinds) == 3


def test_a_role_without_any_grant_sees_nothing_at_all(desk, cast):
    db.session.execute(sa.delete(Permission).where(Permission.role_id == role("LEADER").id))
    cast.accepted()
    page = desk("leader").get("/")
    assert page.status == 200
    assert page.tree.xpath("//nav[@id='side']//li[@class='group']") == []
    assert [text for text in page.texts("//nav[@id='side']//li") if text] == ["工作台"]
    assert page.texts("//*[contains(@class, 'counts')]//a") == []
    assert page.texts("//nav[contains(@class, 'tabbar')]/a") == ["工作台", "我的"]
    assert page.tree.xpath("//main//table//tbody/tr[not(td[contains(@class, 'col-empty')])]") == []
    for address in ("/ticket/", "/task/", "/notice/", "/unit/", "/enterprise/", "/report/", "/board/"):
        assert desk("leader").raw(address).status_code == 404, address


def test_the_matrix_opens_as_a_workbook_that_prints(desk, cast):
    book = openpyxl.load_workbook(io.BytesIO(desk("secadmin").raw("/permission/matrix/book/").data))
    assert book.sheetnames == ["权限矩阵", "权限明细", "账号"]
    sheet = book["权限矩阵"]
    heads = [cell.value for cell in sheet[2]]
    assert heads[:2] == ["类别", "资源"]
    assert "营商办统筹" in heads
    row = next(line for line in sheet.iter_rows(min_row=3, values_only=True) if line[1] == "企业诉求")
    assert row[heads.index("单位经办")].startswith("本单位：查看")
    assert row[heads.index("系统管理员")] is None
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$2"
    lines = list(book["权限明细"].iter_rows(min_row=3, values_only=True))
    granted = sum(1 for line in lines for value in line[2:] if value)
    assert granted == db.session.scalar(sa.select(sa.func.count(Permission.id)))
    assert desk("auditor").raw("/permission/matrix/book/").status_code == 404
