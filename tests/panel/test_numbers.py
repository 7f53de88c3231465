"""Every number opens exactly the rows it counts, and the parts of a total add up to it."""

import re
from datetime import timedelta

import pytest

from models.now import now
from tests.panel.browse import ON_SQLITE
from tests.panel.statements import counted

WHO = ("coordinator", "intake", "jia_clerk", "jia_head", "supervisor", "leader", "discipline", "special", "sysadmin", "secadmin", "auditor")


def number(text):
    """The first number of a text, thousands with commas."""
    return int(re.search(r"\d[\d,]*", text)[0].replace(",", ""))


@ON_SQLITE
@pytest.mark.parametrize("who", WHO)
def test_every_number_on_the_workbench_is_what_its_list_holds(desk, world, who):
    page = desk(who).get("/")
    for card in page.tree.xpath("//*[contains(@class, 'counts')]//a"):
        shown = card.xpath(".//*[@class='n']")[0].text_content()
        listed = desk(who).get(card.get("href"))
        assert "%" in shown or shown == "—" or listed.total == number(shown), (card.text_content(), card.get("href"))
    for tab in page.tree.xpath("//main//ul[contains(@class, 'tabs')]//a"):
        opened = desk(who).get(tab.get("href"))
        whole = opened.tree.xpath("//a[text()='打开完整列表']/@href")
        counted = re.search(r"(\d+)$", tab.text_content().strip())
        total = number(opened.texts("//*[contains(@class, 'card-foot')]/span[1]")[0])
        assert counted is None or total == int(counted[1]), tab.text_content()
        assert not whole or desk(who).get(whole[0]).total == total, tab.text_content()


@ON_SQLITE
@pytest.mark.parametrize("who", WHO)
def test_every_pill_of_the_menu_opens_its_rows(desk, world, who):
    pills = desk(who).get("/").tree.xpath("//nav[@id='side']//a[contains(@class, 'pill')]")
    for pill in pills:
        assert desk(who).get(pill.get("href")).total == number(pill.text_content()), pill.get("href")
    assert pills or who in ("special", "leader", "discipline", "intake", "sysadmin", "secadmin", "auditor")


@ON_SQLITE
@pytest.mark.parametrize("address", ["/?tab=todo", "/ticket/", "/matter/?tab=all", "/task/"])
@pytest.mark.parametrize("who", ["jia_clerk", "supervisor"])
def test_the_lights_of_a_foot_add_up_and_each_opens_its_rows(desk, world, who, address):
    page = desk(who).get(address)
    total = number(page.texts("//*[contains(@class, 'foot')]/span[1]")[0])
    lights = page.tree.xpath("//*[contains(@class, 'light-sum')]//a")
    assert sum(number(light.text_content()) for light in lights) == total
    for light in lights:
        assert desk(who).get(light.get("href")).total == number(light.text_content()), light.get("href")


@ON_SQLITE
def test_the_inbox_counts_all_that_waits_however_many_it_shows(desk, cast, world):
    for _ in range(12):
        cast.ticket()
    page = desk("supervisor").get("/inbox/")
    counted = number(" ".join(page.texts("//*[@class='top-links']//a[contains(., '收件箱')]")))
    groups = page.tree.xpath("//section[.//*[contains(@class, 'pill')]]")
    assert counted == sum(number(group.xpath(".//*[contains(@class, 'pill')]")[0].text_content()) for group in groups)
    for group in groups:
        whole = desk("supervisor").get(group.xpath(".//a[@class='push']/@href")[0])
        assert whole.total == number(group.xpath(".//*[contains(@class, 'pill')]")[0].text_content())


def test_what_has_been_answered_stands_under_what_still_runs(desk, cast, world):
    rows = desk("jia_head").get("/?tab=todo").rows()
    colours = ["红" in row.split()[0] and "答复" not in row for row in rows]
    assert colours == sorted(colours, reverse=True)


def test_a_person_who_sees_only_their_own_entries_is_not_told_of_the_whole_district(desk, cast):
    assert "全区" not in desk("special").get("/").words
    assert "全区" in desk("supervisor").get("/").words
    assert "区人社局" in desk("jia_clerk").get("/").words


def test_a_page_asks_whose_turn_it_is_once(desk, cast, world):
    desk("jia_clerk").raw("/")
    with counted() as sent:
        desk("jia_clerk").raw("/")
    assert len([statement for statement in sent if "matter_unit AS waiting" in statement]) == 1


@ON_SQLITE
def test_an_extension_asked_for_waits_on_the_coordinators_workbench(desk, cast):
    ticket = cast.accepted(title="等延期的一件")
    asked = "//a[@aria-label='审批延期：等延期的一件']"
    assert not desk("coordinator").get("/").tree.xpath(asked)
    ticket.ask_extension(by=cast.jia_head, until=now().date() + timedelta(days=14), reason="勘查需要停电配合")
    assert desk("coordinator").get("/").tree.xpath(asked)
    ticket.decide_extension(by=cast.coordinator, decision="AGREE")
    assert not desk("coordinator").get("/").tree.xpath(asked)
