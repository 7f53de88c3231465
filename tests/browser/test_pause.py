"""After a pause the password is asked over the page; what was typed stays and goes on."""

import sqlalchemy as sa
from playwright.sync_api import expect

from models import Setting, Ticket, db
from tests.browser.conftest import PHONE, SCREEN
from tests.browser.desk import moment
from tests.cast import PASSWORD

TITLE = "企业用工招聘会场地协调"
LATER = "2024-05-22 10:47"  # the desk opens at 10:15


def half_an_hour(desk):
    with desk.at_work():
        db.session.scalars(sa.select(Setting).where(Setting.key == "idle_minutes")).one().value = "30"


def typing(desk, people, size=SCREEN):
    """A form begun at 10:15."""
    half_an_hour(desk)
    page = people.log_in("intake", size)
    page.clock.install()
    page.goto("/ticket/register/")
    page.get_by_label("标题").fill(TITLE)
    return page


def cover(desk, page):
    """Half an hour goes by, here and on the server."""
    desk.moment = moment(LATER)
    page.clock.fast_forward("32:00")
    box = page.get_by_role("dialog", name="请重新输入口令")
    expect(box).to_be_visible()
    return box


def test_the_password_is_asked_over_the_form_and_the_form_stays(desk, people):
    page = typing(desk, people)
    box = cover(desk, page)
    expect(box.get_by_label("口令")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(box).to_be_visible()
    page.watcher.expect(422)
    box.get_by_label("口令").fill("x")
    page.keyboard.press("Enter")
    expect(box.get_by_role("alert")).to_contain_text("口令不对")
    box.get_by_label("口令").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(box).to_have_count(0)
    expect(page.get_by_label("标题")).to_have_value(TITLE)
    assert page.evaluate("fetch('/ticket/', {redirect: 'manual'}).then(answer => answer.status)") == 200


def test_the_cover_fits_a_telephone(desk, people):
    page = typing(desk, people, PHONE)
    box = cover(desk, page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


def test_a_form_sent_by_a_browser_that_slept_waits_on_the_page_that_asks(desk, people):
    page = typing(desk, people)
    desk.moment = moment(LATER)  # the browser's own clock stood still
    page.watcher.expect(401, 422)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="请重新输入口令")).to_be_visible()
    page.get_by_label("口令").fill("x")
    page.get_by_role("button", name="继续提交").click()
    expect(page.get_by_role("alert")).to_contain_text("口令不对")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="继续提交").click()
    expect(page.get_by_label("标题")).to_have_value(TITLE)  # the form's own errors: it asks for more than a title
    with desk.at_work():
        assert db.session.scalar(sa.select(sa.func.count(Ticket.id))) == 0


def test_a_form_with_a_field_called_method_is_sent_like_any_other(desk, people):
    page = people.log_in("intake")
    page.goto("/")
    page.evaluate("""() => {
      const form = document.createElement('form');
      form.innerHTML = '<input name="method" value="DIRECT">';
      form.addEventListener('submit', e => { e.preventDefault(); document.title = '已送出'; });
      document.body.append(form);
      form.requestSubmit();
    }""")
    expect(page).to_have_title("已送出")
