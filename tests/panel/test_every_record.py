"""Every panel with a row of each office in it: its pages open in Chinese, odd ids find nothing, foreign rows are missing rows."""

import pytest
import sqlalchemy as sa

from models import Unit, db
from tests.panel.browse import ON_SQLITE
from tests.panel.shelf import shelve
from tests.panel.statements import counted
from tests.panel.test_every_page import CODES, check, english
from tests.panel.test_hostile_requests import IDS, ODD
from tests.panel.test_statements import MOST

pytestmark = ON_SQLITE
READERS = ["coordinator", "intake", "jia_clerk", "jia_head", "supervisor", "discipline", "leader"]


@pytest.fixture
def panels(app):
    """Panels of rows."""
    return [view for view in app.extensions["admin"][0]._views if hasattr(view, "model")]


def place(panel):
    """Its address."""
    return f"{panel.url.rstrip('/')}/"


@pytest.mark.parametrize("who", READERS)
def test_lists_records_and_forms_open_in_chinese_or_are_not_found(desk, cast, panels, who):
    ids = shelve(panels, cast.jia, cast.jia_clerk)
    browser, wrong = desk(who), []
    for panel in panels:
        name = panel.endpoint
        for rest in ("?tab=all", f"details/?id={ids.get(name)}", f"edit/?id={ids.get(name)}", "new/"):
            url = place(panel) + rest
            page = browser.get(url)
            # A register says on its list that a row is gone.
            if page.status not in (200, 302, 404):
                wrong.append((url, page.status))
            elif page.status == 200:
                check(page, url)
                if name not in CODES and (latin := english(page)):
                    wrong.append((url, latin))
            elif page.status == 404 and rest.startswith("?"):
                break  # no list, no record: test_every_route_and_every_actor asks for each
    assert wrong == []


def test_odd_ids_and_odd_lists_are_answered_in_every_panel(desk, cast, panels):
    for who in ("supervisor", "coordinator", "discipline"):
        for panel in panels:
            if desk(who).raw(place(panel)).status_code == 404:
                continue
            assert desk(who).raw(f"{place(panel)}?{'&'.join(ODD)}").status_code == 200, panel.url
            for odd in IDS:
                assert desk(who).raw(f"{place(panel)}details/?id={odd}").status_code in (302, 404), (panel.url, odd)


def test_a_row_of_another_office_is_a_missing_row_in_every_panel(desk, cast, panels):
    """What 甲 opens and 乙 does not answers 乙 like an id nobody has."""
    ids = shelve(panels, cast.jia, cast.jia_clerk)
    closed = 0
    for panel in panels:
        if (row := ids.get(panel.endpoint)) is None:
            continue
        foreign, missing = (desk("yi_clerk").raw(f"{place(panel)}details/?id={n}") for n in (row, 987654))
        assert foreign.status_code in (200, missing.status_code), panel.url
        closed += foreign.status_code != 200
    assert closed > 20


def test_no_list_asks_more_questions_for_more_rows(desk, cast, panels):
    few, many = {}, {}
    units = db.session.scalars(sa.select(Unit).where(Unit.is_active).order_by(Unit.id)).all()
    for numbers, places in ((few, (1,)), (many, range(2, 12))):
        for n in places:
            shelve(panels, units[n], cast.jia_clerk, n)
        db.session.commit()
        for who in ("supervisor", "coordinator"):
            for panel in panels:
                browser = desk(who)
                with counted() as sent:
                    if browser.raw(f"{place(panel)}?page_size=100&tab=all").status_code == 200:
                        numbers[who, panel.url] = len(sent)
    assert {page: (few[page], many[page]) for page in many if many[page] > few[page] + 6} == {}
    assert {page: number for page, number in many.items() if number > MOST} == {}
