"""Each register over HTTP: who sees it, whose rows, who writes."""

import re
from datetime import date

import pytest

from models import Article, DataCatalogue, MediaAccount, Policy, ServiceActivity, db
from tests.cast import login

PAGES = ["/field/", "/field-work/", "/catalogue/", "/licence/", "/certificate-cut/", "/media-account/", "/media-post/", "/media-fault/", "/policy-document/",
         "/interpretation/", "/topic/", "/article/", "/highlight/", "/policy/", "/policy-grant/", "/service-item/", "/service-rating/", "/activity/",
         "/rating/", "/rating-rule/", "/problem-paper/", "/slice/"]


@pytest.fixture
def rows(cast):
    """One row of each office."""
    for unit in (cast.jia, cast.yi):
        db.session.add_all([
            DataCatalogue(unit=unit, name=f"{unit.name}目录"), MediaAccount(unit=unit, name=f"{unit.name}账号", filed_on=date(2024, 1, 1)),
            Article(unit=unit, kind="LEAD", title=f"{unit.name}线索", day=date(2024, 8, 1)),
            ServiceActivity(unit=unit, kind="OTHER", title=f"{unit.name}活动", held_on=date(2024, 8, 1)),
        ])
    db.session.flush()


@pytest.mark.parametrize("username", ["coordinator", "leader"])
def test_the_district_reads_every_register(cast, client, username):
    login(client, username)
    assert {page: client.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, 200)


@pytest.mark.parametrize("username", ["special", "auditor", "secadmin"])
def test_strangers_find_no_register(cast, client, username):
    login(client, username)
    assert {client.get(page).status_code for page in PAGES} == {404}


@pytest.mark.parametrize(("page", "word"), [("/catalogue/", "目录"), ("/media-account/", "账号"), ("/article/", "线索"), ("/activity/", "活动")])
def test_a_unit_sees_its_own_rows(cast, rows, client, page, word):
    body = login(client, "jia_clerk").get(page).text.split("<tbody>")[1]
    assert f"{cast.jia.name}{word}" in body
    assert f"{cast.yi.name}{word}" not in body


def test_a_clerk_writes_for_the_own_unit_only(cast, client):
    login(client, "jia_clerk")
    form = {"name": "新目录", "rows": "30", "cycle": "MONTH", "openness": "OPEN", "is_active": "y", "well_formed": "y"}
    assert client.post("/catalogue/new/", data=form | {"unit": str(cast.jia.id)}).status_code == 302
    client.post("/catalogue/new/", data=form | {"unit": str(cast.yi.id), "name": "代建目录"})
    names = set(db.session.scalars(db.select(DataCatalogue.name)))
    assert names == {"新目录"}


def test_the_own_unit_is_filled_in(cast, client):
    page = login(client, "jia_clerk").get("/activity/new/").text
    assert re.search(rf'<option value="{cast.jia.id}"[^>]* selected>', page)


def test_another_units_row_does_not_exist(cast, rows, client):
    other = db.session.scalars(db.select(DataCatalogue).where(DataCatalogue.unit_id == cast.yi.id)).one()
    assert login(client, "jia_clerk").get(f"/catalogue/details/?id={other.id}").status_code in (302, 404)


def test_candidates_are_for_those_who_may_read_the_enterprise_register(cast, client):
    policy = Policy(title="贴息", category="FINANCE", unit=cast.jia)
    db.session.add(policy)
    db.session.flush()
    page = login(client, "coordinator").get(f"/policy/candidates/?id={policy.id}")
    assert page.status_code == 200
    assert "演示恒达精密制造有限公司" in page.text


def test_a_clerk_without_the_enterprise_register_gets_no_candidates(cast, client):
    policy = Policy(title="贴息", category="FINANCE", unit=cast.jia)
    db.session.add(policy)
    db.session.flush()
    assert login(client, "jia_clerk").get(f"/policy/candidates/?id={policy.id}").status_code == 404


def test_registers_with_a_sibling_lead_there_and_a_hidden_one_is_in_no_menu(cast, client):
    page = login(client, "coordinator").get("/catalogue/").text
    assert page.count('href="/licence/"') == 1
    assert 'href="/certificate-cut/"' in page
