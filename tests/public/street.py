"""What an enterprise does on the public page."""

import io
import re

from PIL import Image

from models import Setting, Ticket, db
from models.public import challenge
from tests.panel.browse import Page

FORM = {
    "enterprise": "演示海川食品有限公司", "contact": "演示-孙丽", "phone": "138 0000 0000", "consent": "1",
    "content": "冷链车辆办通行证，窗口和网上说的材料不一样。跑了两次，请给一份准确的清单。",
}


def answer_to(page: Page) -> str:
    """What a person answers to the sum."""
    first, sign, second = re.search(r"：(.)([加减])(.)等于几", page.words).groups()
    left, right = challenge.DIGITS.index(first), challenge.DIGITS.index(second)
    return str(left + right if sign == "加" else left - right)


def submit(browser, **fields) -> Page:
    """Open the form, fill it in, send it."""
    page = browser.get("/p/")
    given = FORM | {"word": page.value("word"), "sum": answer_to(page)} | fields
    return browser.post("/p/", {name: value for name, value in given.items() if value is not None}, content_type="multipart/form-data")


def submitted(browser, **fields) -> tuple[Ticket, str]:
    """A demand that went in, and its code."""
    page = submit(browser, **fields)
    assert page.status == 302, page.said
    done = browser.get("/p/done")
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", done.words)[0]
    return db.session.scalars(db.select(Ticket).order_by(Ticket.id.desc()).limit(1)).one(), code


def look_up(browser, number, proof, tab="track") -> Page:
    """Number and proof."""
    return browser.post(f"/p/{tab}", {"number": number, "proof": proof})


def answered(cast, ticket) -> None:
    """甲局 answers."""
    ticket.dispatch(by=cast.coordinator, lead=cast.jia, note="请甲局阅处内部意见")
    ticket.sign(by=cast.jia_clerk)
    ticket.reply(by=cast.jia_clerk, process="内部办理过程", result="清单已发给您，凭清单一次办成。")
    ticket.review(by=cast.jia_head, decision="AGREE")


def picture(kind: str = "PNG") -> bytes:
    """A real picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, kind)
    return out.getvalue()


def settings(**values: str) -> None:
    """As the system administrator has set them."""
    for key, value in values.items():
        db.session.scalars(db.select(Setting).where(Setting.key == key)).one().value = value
    db.session.commit()
