"""Who answers for a unit (O2); who watches, and where enterprises are heard (O6): kept as the documents list them."""

import pytest

from models import SpecialSupervisor, Station, UnitContact, db
from models.unit import ContactPost
from tests.cast import login
from tests.panel.browse import ON_SQLITE


@ON_SQLITE
def test_a_unit_has_principal_head_deputy_section_and_handler_with_their_phones(client, cast):
    login(client, "sysadmin")
    for post in ContactPost:
        about = {"unit": str(cast.jia.id), "post": post.value, "name": f"演示-{post.label}", "section": "综合科", "phone": "0000-2000009", "is_active": "y"}
        assert client.post("/staff/new/", data=about).status_code == 302, post
    rows = {row.post: row for row in db.session.scalars(db.select(UnitContact).where(UnitContact.unit_id == cast.jia.id))}
    assert {ContactPost.PRINCIPAL, ContactPost.DEPUTY, ContactPost.HANDLER} <= set(rows)
    assert (rows[ContactPost.HANDLER].section, rows[ContactPost.HANDLER].phone) == ("综合科", "0000-2000009")
    page = client.get(f"/staff/?flt_unit={cast.jia.id}").text
    assert all(f"演示-{post.label}" in page for post in rows)


@ON_SQLITE
@pytest.mark.parametrize(("url", "model", "about", "shown"), [
    ("/special_supervisor/", SpecialSupervisor, {"name": "演示-监督员", "field": "政务服务", "starts_on": "2024-01-01", "ends_on": "2025-12-31"}, "政务服务"),
    ("/station/", Station, {"name": "演示监测站", "kind": "STATION", "is_active": "y"}, "演示监测站"),
    ("/station/", Station, {"name": "演示企业之家", "kind": "HOME", "is_active": "y"}, "演示企业之家"),
])
def test_supervisors_have_field_and_term_and_stations_and_homes_are_listed(client, cast, url, model, about, shown):
    login(client, "coordinator")
    answer = client.post(f"{url}new/", data=about | {"unit": str(cast.jia.id)})
    assert answer.status_code == 302, answer.text[-3000:]
    row = db.session.scalars(db.select(model).where(model.name == about["name"])).one()
    assert shown in client.get(url).text
    if model is SpecialSupervisor:
        assert (row.field, f"{row.starts_on:%Y-%m-%d}", f"{row.ends_on:%Y-%m-%d}") == ("政务服务", "2024-01-01", "2025-12-31")
