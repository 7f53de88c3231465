"""What a form complains of: in officials' words, at the field, naming it and saying what would be right."""

from pathlib import Path

import pytest
import sqlalchemy as sa
import wtforms
from babel.messages.pofile import read_po

from models import Enterprise, User, db

OURS = Path(__file__).parents[2] / "translations/zh_Hans_CN/LC_MESSAGES"
THEIRS = Path(wtforms.__file__).parent / "locale"
FIRM = {"name": "演示远山机械有限公司", "credit_code": "", "contact_phone": ""}
PERSON = {"username": "xin_jingban", "name": "演示-新人", "is_active": "y"}


def entries(path):
    """{message: translation} of a catalogue, the plural's first form for both."""
    with path.open("rb") as file:
        found = {m.id: m.string for m in read_po(file) if m.id}
    return {(k[0] if isinstance(k, tuple) else k): (v[0] if isinstance(v, tuple) else v) for k, v in found.items()}


def test_every_message_of_the_forms_library_has_our_words():
    theirs = set(entries(THEIRS / "zh/LC_MESSAGES/wtforms.po"))
    ours = entries(OURS / "wtforms.po")
    assert theirs - set(ours) == {"Invalid field name '%s'."}  # said to programmers only
    assert not [words for words in ours.values() if "字段" in words or "无效" in words]


@pytest.mark.parametrize("domain", ["admin", "click", "wtforms"])
def test_the_compiled_catalogue_is_the_written_one(domain):
    from babel.messages.mofile import read_mo

    with (OURS / f"{domain}.mo").open("rb") as file:
        compiled = {m.id if isinstance(m.id, str) else m.id[0] for m in read_mo(file) if m.id}
    assert compiled == set(entries(OURS / f"{domain}.po"))


def test_what_is_missing_is_named(desk):
    assert desk("intake").post("/enterprise/new/", FIRM | {"name": ""}).error("name") == "请填写企业名称"
    page = desk("sysadmin").post("/user/new/", {})
    assert (page.error("username"), page.error("name")) == ("请填写登录名", "请填写姓名")


@pytest.mark.parametrize(("field", "wrong", "words"), [
    ("credit_code", "91370100", "应为18位，现为8位"), ("credit_code", "91370100MA3C123451", "校验"),
    ("contact_phone", "12345678", "手机应为11位"),
])
def test_a_wrong_code_or_number_is_said_at_its_field_and_nothing_is_entered(desk, field, wrong, words):
    page = desk("intake").post("/enterprise/new/", FIRM | {field: wrong})
    assert words in page.error(field)
    assert wrong in page.html
    assert db.session.scalar(sa.select(Enterprise).where(Enterprise.name == FIRM["name"])) is None


@pytest.mark.parametrize(("field", "wrong", "words"), [
    ("username", "新 人", "登录名应以字母开头"), ("username", "a", "登录名应以字母开头"), ("name", "12345", "姓名请写汉字或字母"),
    ("phone", "1380000", "手机应为11位"),
])
def test_a_person_has_a_proper_log_in_name_and_number(desk, field, wrong, words):
    assert words in desk("sysadmin").post("/user/new/", PERSON | {field: wrong}).error(field)
    assert db.session.scalar(sa.select(User).where(User.username == PERSON["username"])) is None


def test_a_log_in_name_that_exists_is_said_at_its_field(desk):
    assert "请核对是否重复登记" in desk("sysadmin").post("/user/new/", PERSON | {"username": "intake"}).error("username")


def test_what_has_been_entered_and_saved_is_named(desk):
    assert desk("intake").post("/enterprise/new/", FIRM).status == 302
    assert "已登记企业库：演示远山机械有限公司" in desk("intake").get("/enterprise/").said
    row = db.session.scalars(sa.select(Enterprise).where(Enterprise.name == FIRM["name"])).one()
    assert desk("intake").post(f"/enterprise/edit/?id={row.id}", FIRM | {"contact_phone": "13800000000"}).status == 302
    assert "已保存企业库：演示远山机械有限公司" in desk("intake").get("/enterprise/").said
