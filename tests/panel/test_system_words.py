"""Administrators read words, not codes: rights, phrases and the trail speak as the panels, verbs and columns do."""

import re

from models import Permission, StockPhrase, db
from tests.panel.browse import ON_SQLITE
from views import words

pytestmark = ON_SQLITE
CHINESE = re.compile(r"[\u4e00-\u9fff0-9]")


def test_every_granted_right_and_every_table_has_a_name(app, cast):
    for resource, action in db.session.execute(db.select(Permission.resource, Permission.action).distinct()):
        assert CHINESE.search(words.resource_words(resource)), resource
        assert CHINESE.search(words.action_words(resource, action)), (resource, action)
    nameless = [name for name in db.metadata.tables if not CHINESE.search(words.table_words(name))]
    assert nameless == []
    verbs = {row.verb for row in db.session.scalars(db.select(StockPhrase))}
    assert verbs - words.verbs().keys() == set()


def test_rights_are_found_by_their_words(desk, cast):
    page = desk("secadmin").get("/permission/?flt_action=派发&flt_resource=ticket")
    assert page.total >= 1
    assert all("派发" in row and "企业诉求" in row for row in page.rows())


def test_the_trail_names_tables_columns_states_and_times(desk, cast):
    ticket = cast.dispatched(title="用电增容")
    ticket.sign(by=cast.jia_clerk)
    db.session.commit()
    page = desk("auditor").get("/audit/?flt_resource=ticket&page_size=100")
    text = " ".join(page.rows())
    assert "状态：待签收 → 办理中" in text
    assert not re.search(r"[a-z]+_[a-z]+|T\d\d:\d\d:\d\d", text)
    assert re.search(r"办理时限：空 → \d{4}-\d\d-\d\d \d\d:\d\d", text)
    exported = desk("auditor").raw("/audit/export/csv/?flt_resource=ticket").get_data(as_text=True)
    assert "状态：待签收 → 办理中" in exported
    assert "state_code" not in exported
