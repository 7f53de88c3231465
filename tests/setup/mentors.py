"""Copied into a tree to which the README's register was added, and run there: the register works like any other."""

import io
import re

from openpyxl import load_workbook

from models import Mentor, db
from tests.cast import login
from tests.importing.desk import book
from tests.panel.browse import ON_SQLITE


@ON_SQLITE
def test_mentors_are_listed_entered_changed_exported_and_imported(cast, client):
    login(client, "coordinator")
    assert "助企导师" in client.get("/").text
    given = {"name": "演示-导师甲", "unit": str(cast.jia.id), "since": "2024-08-05"}
    assert client.post("/mentor/new/", data=given).status_code == 302
    row = db.session.scalars(db.select(Mentor)).one()
    assert client.post(f"/mentor/edit/?id={row.id}", data=given | {"since": "2024-08-06"}).status_code == 302
    listed = client.get("/mentor/").text
    assert "演示-导师甲" in listed
    assert "2024-08-06" in listed
    address = re.search(r'href="(/mentor/export/[^"]+)"', listed)[1].replace("&amp;", "&")
    sheet = load_workbook(io.BytesIO(client.get(address).data)).active
    assert "演示-导师甲" in [cell.value for line in sheet.iter_rows() for cell in line]
    file = (io.BytesIO(book(["姓名", "单位", "聘任日期"], ["演示-导师乙", cast.yi.name, "2024-08-07"])), "导师.xlsx")
    answer = client.post("/import/upload/mentor/", data={"file": file}, content_type="multipart/form-data")
    number = re.search(r"id=(\d+)", answer.location)[1]
    assert client.post(f"/import/settle/?id={number}", data={"verb": "confirm"}).status_code == 302
    db.session.expire_all()
    assert [str(mentor) for mentor in db.session.scalars(db.select(Mentor).order_by(Mentor.id))] == ["演示-导师甲", "演示-导师乙"]
    assert login(client, "jia_clerk").get("/mentor/").status_code == 404
