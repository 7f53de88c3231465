"""What a person does in a browser: read a page, fill in a form, press a button, follow a link."""

import io
import re
from typing import Any

import lxml.html
import pypdfium2
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

# For what the database has no part in: pages, tokens, uploads, who holds which right.
ON_SQLITE = pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PDF = b"%PDF-1.7\n" + "示例".encode() + b"\n%%EOF"


def file(name: str, data: bytes = PDF) -> tuple[io.BytesIO, str]:
    """An upload."""
    return io.BytesIO(data), name


def blank_page() -> bytes:
    """A PDF of one empty page, where the press would be too slow."""
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(595, 842)
    document.save(out)
    document.close()
    return out.getvalue()


class Page:
    """One answer, read as HTML."""

    def __init__(self, response: TestResponse) -> None:
        self.response, self.status = response, response.status_code
        self.html = response.get_data().decode("utf-8", "replace")
        self.tree = lxml.html.fromstring(self.html if "html" in response.headers.get("Content-Type", "") else "<p></p>")

    def texts(self, xpath: str) -> list[str]:
        """Trimmed words of each node."""
        return [re.sub(r"\s+", " ", node.text_content()).strip() for node in self.tree.xpath(xpath)]

    @property
    def words(self) -> str:
        """Everything a reader sees or hears, scripts and styles left out."""
        body = self.tree.xpath("//body")[0] if self.tree.xpath("//body") else self.tree
        parts = body.xpath(".//text()[not(ancestor::script) and not(ancestor::style)]")
        parts += body.xpath(".//@title | .//@aria-label | .//@placeholder | .//@alt") + self.tree.xpath("//head/title/text()")
        return re.sub(r"\s+", " ", " ".join(parts))

    @property
    def said(self) -> str:
        """Flash messages and the error summary."""
        return " ".join(self.texts("//*[contains(concat(' ', @class, ' '), ' alert ')]"))

    def error(self, name: str) -> str:
        """The message beside a field."""
        return " ".join(self.texts(f"//*[@id='e-{name}']"))

    def value(self, name: str) -> str | None:
        """What stands in a control."""
        for node in self.tree.xpath(f"//main//*[@name='{name}']"):
            if node.tag == "textarea":
                return (node.text or "").removeprefix("\r\n").removeprefix("\n")
            if node.tag == "select":
                return next((option.get("value") for option in node.xpath(".//option[@selected]")), None)
            if node.get("type") in ("radio", "checkbox"):
                if node.get("checked") is not None:
                    return node.get("value")
                continue
            return node.get("value", "")
        return None

    def links(self) -> list[str]:
        """Addresses on this desk that the page leads to."""
        found = dict.fromkeys(self.tree.xpath("//a/@href"))
        return [href for href in found if href.startswith("/")]

    def rows(self) -> list[str]:
        """Rows of the list."""
        return self.texts("//table[contains(@class, 'model-list')]/tbody/tr[not(td[contains(@class, 'col-empty')])]")

    @property
    def total(self) -> int:
        """共 n 条 at the foot of a list."""
        return int(re.search(r"共 ([\d,]+)", " ".join(self.texts("//*[contains(@class, 'foot')]")))[1].replace(",", ""))


class Visitor:
    """One person's browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, **kwargs: Any) -> Page:
        """Open an address."""
        return Page(self.client.get(url, buffered=True, **kwargs))

    def post(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Page:
        """Send a form."""
        return Page(self.client.post(url, data=data or {}, **kwargs))

    def raw(self, url: str) -> TestResponse:
        """A file."""
        return self.client.get(url, buffered=True)

    def press(self, row: Any, verb: str, **answers: Any) -> Page:
        """Open the little form of a verb and send it; `version=` sends another version than the form's."""
        url = step_url(row, verb)
        answers.setdefault("version", self.get(url).value("version") or "")
        return self.post(url, answers)

    def does(self, row: Any, verb: str, **answers: Any) -> None:
        """Press and see it done."""
        page = self.press(row, verb, **answers)
        assert page.status == 302, (verb, page.status, page.said, page.words[:400])


def kind_of(row: Any) -> str:
    """The endpoint of a row."""
    return {"Notice": "notice", "AccountabilityAction": "accountability"}.get(type(row).__name__) or row.kind


def step_url(row: Any, verb: str) -> str:
    """The address of a verb's form."""
    return f"/{kind_of(row)}/step/{verb}/?id={row.id}"


def details_url(row: Any) -> str:
    """The address of a record."""
    return f"/{kind_of(row)}/details/?id={row.id}"
