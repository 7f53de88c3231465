"""From a list to a record and back: the list stays as it was left, the record knows its neighbours in it."""

from urllib.parse import quote

from tests.panel.browse import ON_SQLITE

pytestmark = ON_SQLITE
LIST = "/ticket/?tab=open&flt_q=同类&sort=0"


def three(cast):
    """Three demands of the list and one beside it."""
    rows = [cast.ticket(title=f"同类事项{n}") for n in range(3)]
    cast.ticket(title="另一件")
    return rows


def opened(browser, row, address=LIST):
    return browser.get(f"/ticket/details/?id={row.id}&url={quote(address)}")


def place(page):
    return page.texts("//*[contains(@class, 'neighbours')]/span")[0]


def test_a_record_says_its_place_and_leads_to_its_neighbours_in_the_order_of_the_list(desk, cast):
    first, middle, last = three(cast)
    page = opened(desk("supervisor"), middle)
    assert place(page) == "第 2 / 3 条"
    following = desk("supervisor").get(page.tree.xpath("//a[@rel='next']/@href")[0])
    assert last.title in following.words
    assert place(following) == "第 3 / 3 条"
    assert not following.tree.xpath("//a[@rel='next']")
    before = desk("supervisor").get(page.tree.xpath("//a[@rel='prev']/@href")[0])
    assert first.title in before.words
    assert place(opened(desk("supervisor"), first, LIST + "&desc=1")) == "第 3 / 3 条"


def test_after_a_verb_the_way_back_and_on_is_still_the_list(desk, cast):
    rows = three(cast)
    address = "/ticket/?tab=triage&flt_q=同类"
    step = f"/ticket/step/dispatch/?id={rows[0].id}&url={quote(address)}"
    form = desk("coordinator").get(step)
    sent = desk("coordinator").post(step, {"version": form.value("version"), "lead": cast.jia.id, "until": "", "stretch": ""})
    assert sent.status == 302, sent.said
    page = desk("coordinator").get(sent.response.headers["Location"])
    assert page.tree.xpath("//a[@data-back]/@href") == [address]
    assert "列表中还有 2 条" in page.words
    assert rows[2].title in desk("coordinator").get(page.tree.xpath("//a[@rel='next']/@href")[0]).words


def test_the_workbench_gives_a_record_its_neighbours_among_all_kinds(desk, cast):
    for n in range(2):
        cast.dispatched(title=f"待签收{n}")
    url = desk("jia_clerk").get("/").tree.xpath("//a[contains(@class, 'title-link')]/@href")[0]
    page = desk("jia_clerk").get(url)
    assert place(page) == "第 1 / 2 条"
    onward = desk("jia_clerk").raw(page.tree.xpath("//a[@rel='next']/@href")[0])
    assert onward.status_code == 302
    assert "/ticket/details/" in onward.headers["Location"]


def test_a_list_that_is_no_list_gives_no_neighbours(desk, cast):
    row = cast.ticket()
    for address in ("/nowhere/", "/audit/", "/ticket/details/?id=1", "/"):
        assert "rel=\"next\"" not in opened(desk("supervisor"), row, address).html


def test_a_changed_register_leads_back_to_the_page_it_was_opened_from(desk, cast):
    back = "/category/?page=0&page_size=50"
    row = desk("sysadmin").get("/category/").tree.xpath("//a[contains(@href, '/category/details/')]/@href")[0].partition("id=")[2].partition("&")[0]
    form = desk("sysadmin").get(f"/category/edit/?id={row}&url={quote(back)}")
    fields = {node.get("name"): form.value(node.get("name")) or "" for node in form.tree.xpath("//main//form[@data-guard]//*[@name]")}
    sent = desk("sysadmin").post(f"/category/edit/?id={row}&url={quote(back)}", {key: value for key, value in fields.items() if key != "csrf_token"})
    assert sent.response.headers.get("Location") == back, sent.said
