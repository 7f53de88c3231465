"""What never leaves: secrets, the sandbox of a wording, plain numbers in the file of the database."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import Enterprise, Ticket, db
from models.importing.run import ImportRun
from models.wording import WordingError, render_wording
from tests.cast import PASSWORD
from tests.panel.browse import ON_SQLITE, details_url


def test_a_wording_template_cannot_leave_its_sandbox():
    """What an administrator writes as a letter's wording is data: it reaches no class, file, setting or module."""
    for wording in ("{{ ''.__class__.__mro__ }}", "{{ unit.__init__.__globals__ }}", "{{ cycler.__init__ }}", "{% include '/etc/passwd' %}",
                    "{{ config }}", "{{ request.environ }}", "{{ self._TemplateReference__context }}", "{% import 'os' as os %}{{ os }}"):
        with pytest.raises(WordingError):
            render_wording(wording, {"unit": {"name": "某局"}})


def test_no_secret_is_in_the_repository():
    """No key, token or password in any file that is kept."""
    root = Path(__file__).resolve().parents[2]
    private = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|xox[abp]-\w{10,}|"
        r"(?i:secret_key|password|token)\s*[:=]\s*[\"'][0-9a-f]{32,}[\"']"
    )
    wrong = []
    for folder in ("models", "views", "commands", "seeds", "migrations", "scripts", "templates", "static", "docs"):
        for file in (root / folder).rglob("*"):
            if file.is_file() and file.suffix in (".py", ".yaml", ".md", ".html", ".js", ".sh", ".toml", ".txt", ".css"):
                wrong += [str(file) for _ in private.finditer(file.read_text("utf-8", "ignore"))]
    assert wrong == []
    assert not list(root.glob("*secret_key*")) + list(root.glob("*data_keys*")), "keys lie in instance/, which is not kept"


NUMBER, PERSON = "13812345678", "欧阳晓晨"
ENTRY = {"title": "稳岗返还未到账", "channel": "WINDOW", "enterprise": "演示远航科技有限公司", "contact_name": PERSON, "contact_phone": NUMBER,
         "content": "提交申领后一直没有到账，请协调。"}


@ON_SQLITE
def test_after_a_days_work_no_phone_no_contact_person_and_no_password_is_in_the_file(desk, cast, quick_press):
    """Registered, refused, searched, dispatched, handled, nudged, exported, looked at; then the raw bytes, the log beside them included."""
    desk("intake").post("/ticket/register/", ENTRY | {"title": ""})
    page = desk("intake").post("/ticket/register/", ENTRY)
    assert page.status == 302, page.said
    ticket = db.session.scalars(sa.select(Ticket)).one()
    firm = db.session.scalars(sa.select(Enterprise)).first()
    firm.contact_name, firm.contact_phone = PERSON, NUMBER
    rows = [{"name": "演示新办", "contact_name": PERSON, "contact_phone": NUMBER}]
    ImportRun.of_rows("enterprise", by=cast.intake, file_name="名单.xlsx", rows=rows)
    desk("coordinator").does(ticket, "dispatch", lead=cast.jia.id)
    desk("jia_clerk").does(ticket, "sign")
    for who in ("supervisor", "jia_clerk"):
        desk(who).raw(f"/search/?q={NUMBER}")
        desk(who).get(details_url(ticket))
    ticket.log("note", "记录", by=cast.jia_clerk, note=f"已与{NUMBER}联系")
    desk("jia_clerk").client.post(f"/personal/ticket/{ticket.id}?only=contact_name,contact_phone")
    desk("coordinator").raw("/enterprise/export/xlsx/?personal=1")
    firm.contact_phone = "13900001111"
    db.session.commit()
    file = Path(db.engine.url.database)
    raw = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    for words in (NUMBER, "13900001111", PERSON, PASSWORD):
        assert words.encode() not in raw, words
    assert ticket.contact_phone == NUMBER
