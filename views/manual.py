"""The users' manual (docs/manual): chapters as pages, found by words, with the pictures taken by `make manual`."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import url_for
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "manual"
# chapter → role it is written for; the first is everybody's
CHAPTERS = {
    "common": None, "coordinator": "COORDINATOR", "intake": "INTAKE", "unit_clerk": "UNIT_CLERK", "unit_head": "UNIT_HEAD", "supervisor": "SUPERVISOR",
    "discipline": "DISCIPLINE", "leader": "LEADER", "park": "PARK", "special": "SPECIAL", "sysadmin": "SYSADMIN", "secadmin": "SECADMIN",
    "auditor": "AUDITOR",
}
AROUND = 30  # characters shown on each side of a word that was found
MARKUP = re.compile(r"!\[([^]]*)\]\([^)]*\)|[#*|>`]|^- |^\d+\. |\|?-{3,}", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """What stands under one heading, as plain words."""

    anchor: str
    heading: str
    words: str


@dataclass(frozen=True)
class Chapter:
    """One file of the manual."""

    name: str
    title: str
    tokens: list[Token]
    sections: list[Section]
    text: str

    def html(self) -> Markup:
        """The chapter as a page's body; raw HTML in the source stays words."""
        return Markup(_reader().renderer.render(self.tokens, _reader().options, {}))  # rendered with html switched off


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("image", _picture)
    reader.add_render_rule("softbreak", lambda *_: "")  # Chinese has no space where a line of the source ends
    reader.add_render_rule("table_open", lambda *_: '<div class="table-responsive flat" role="region" aria-label="表" tabindex="0"><table class="table">')
    reader.add_render_rule("table_close", lambda *_: "</table></div>")
    return reader


def _picture(_self: Any, tokens: list[Token], at: int, *_: Any) -> str:
    """A picture leads to itself in full size."""
    name, alt = Path(str(tokens[at].attrs["src"])).stem, escape(tokens[at].content)
    address = url_for("help.picture", shown=name)
    return f'<a class="shot{" shot-phone" if name in PHONES else ""}" href="{address}"><img src="{address}" alt="{alt}" loading="lazy"></a>'


PHONES = ("phone-home", "phone-list", "leader-record")


@cache
def chapter(name: str) -> Chapter:
    """One chapter, read once. KeyError for a name that is none."""
    if name not in CHAPTERS:
        raise KeyError(name)
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    tokens, headings = _reader().parse(text), []
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            token.attrs["id"] = f"s{len(headings) + 1}"
            headings.append(tokens[at + 1].content)
    first, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    sections = [Section("", first.split("\n", 1)[0].lstrip("# "), plain(first.split("\n", 1)[1]))]
    sections += [Section(f"s{n}", heading, plain(part.split("\n", 1)[1])) for n, (heading, part) in enumerate(zip(headings, parts, strict=True), 1)]
    title = next(token.content for token in tokens if token.type == "inline")
    return Chapter(name, title, tokens[3:], sections, text)  # the first heading is the page's own


def plain(markdown: str) -> str:
    """The words without their marks."""
    return re.sub(r"\s+", " ", MARKUP.sub(lambda found: found[1] or " ", markdown)).strip()


def contents(roles: set[str]) -> list[Chapter]:
    """All chapters: everybody's, one's own, then the others."""
    return [chapter(name) for name in sorted(CHAPTERS, key=lambda name: (CHAPTERS[name] is not None, CHAPTERS[name] not in roles))]


def find(words: str, roles: set[str]) -> list[dict[str, str]]:
    """Sections that hold every word, one's own chapters first, each with what stands around the first word."""
    wanted, found = words.lower().split(), []
    for one in contents(roles) if wanted else []:
        for section in one.sections:
            whole = f"{section.heading} {section.words}"
            if all(word in whole.lower() for word in wanted):
                at = max(section.words.lower().find(wanted[0]), 0)
                around = section.words[max(at - AROUND, 0) : at + AROUND]
                heading = one.title if section.heading == one.title else f"{one.title} › {section.heading}"
                found.append({"label": f"{heading}：…{around}…", "url": url_for("help.manual", chapter=one.name, _anchor=section.anchor or None), "end": ""})
    return found
