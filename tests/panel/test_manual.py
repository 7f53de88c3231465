"""The manual says what there is: every role has its chapter, every picture exists, every word in 【】 is a button or a menu entry – in that role's reach."""

import re
from pathlib import Path

import pytest
import yaml

from models import Role, User, db
from models.base import db as database
from tests.panel.browse import ON_SQLITE
from views import manual

ROOT = Path(__file__).resolve().parents[2]
WORD = re.compile(r"【([^】]+)】")
PICTURE = re.compile(r"!\[([^]]*)\]\(images/([\w-]+)\.webp\)")
MOST = 4 * 1024 * 1024  # bytes of all pictures together
NOBODY = {"INTERFACE"}  # a program, not a person


@pytest.fixture
def reader(desk, cast):
    """`reader(role)` → the user and the browser of somebody with just this role."""

    def reader(code):
        role = db.session.scalars(db.select(Role).where(Role.code == code)).one()
        found = db.session.scalars(db.select(User).where(User.username == f"reader_{code.lower()}")).one_or_none()
        if found is None:
            found = User(username=f"reader_{code.lower()}", name="演示-读者", unit=cast.jia if code.startswith("UNIT") else None, roles=[role],
                         password_hash=cast.jia_clerk.password_hash, must_change=False, password_at=cast.jia_clerk.password_at)
            db.session.add(found)
            db.session.flush()
        return found, desk(found.username)

    return reader


def verbs():
    """Label → permissions under which a verb is called so."""
    found = {}
    for mapper in database.Model.registry.mappers:
        if hasattr(mapper.class_, "transitions"):
            for step in mapper.class_.transitions().values():
                found.setdefault(step.label, set()).add("" if callable(step.permission) else step.permission)
    return found


def literals():
    """Everything that stands by itself on a page: a string or an element's whole text in views, templates and scripts."""
    found = (path for folder in ("views", "templates", "static/js", "models") for path in (ROOT / folder).rglob("*.*"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in found if path.suffix in (".py", ".html", ".js"))
    return set(re.findall(r"""["'>}\s]([一-鿿][一-鿿\w ]*)["'<]""", text)) | set(re.findall(r"default\('([^']+)'\)", text))


def test_every_role_has_a_chapter_and_no_other(app, cast):
    with app.app_context():
        roles = {role.code for role in db.session.scalars(db.select(Role))}
    assert {code for code in manual.CHAPTERS.values() if code} == roles - NOBODY
    assert {path.stem for path in manual.FOLDER.glob("*.md")} == set(manual.CHAPTERS)


def test_every_picture_is_declared_shown_described_and_small():
    declared = set(yaml.safe_load((manual.FOLDER / "pictures.yaml").read_text(encoding="utf-8")))
    files = {path.stem: path for path in (manual.FOLDER / "images").iterdir()}
    shown = {name: alt for chapter in manual.CHAPTERS for alt, name in PICTURE.findall(manual.chapter(chapter).text)}
    assert declared == set(files) == set(shown)
    assert all(shown.values())
    assert sum(path.stat().st_size for path in files.values()) < MOST
    assert all(path.read_bytes().startswith(b"RIFF") for path in files.values())


@ON_SQLITE
@pytest.mark.parametrize("name", [name for name in manual.CHAPTERS if name != "common"])
def test_a_chapter_speaks_of_what_its_role_can_press(reader, name):
    user, browser = reader(manual.CHAPTERS[name])
    menu = set(browser.get("/").texts("//nav[@id='side']//a[contains(@class, 'nav-link')]"))
    entries = {view.name for view in browser.client.application.extensions["admin"][0]._views}
    known, plain, strange = verbs(), literals(), []
    for word in sorted(set(WORD.findall(manual.chapter(name).text))):
        held = any(not permission or user.may(permission) for permission in known.get(word, ()))
        if not (word in menu or held or (word in plain and word not in entries and word not in known)):
            strange.append(word)
    assert strange == []


def test_the_common_chapter_speaks_of_what_is_there():
    plain = literals()
    assert [word for word in WORD.findall(manual.chapter("common").text) if word not in plain] == []


@ON_SQLITE
def test_everybody_reads_it_in_the_panel_their_own_chapter_first_and_finds_words(desk):
    page = desk("jia_clerk").get("/help/?q=退回 承办")
    assert page.texts("//ul[contains(@class, 'chapters')]/li")[:2] == ["大家都用得到的", "单位经办"]
    hit = page.tree.xpath("//ul[contains(@class, 'rows')]//a")[0]
    assert "单位经办 › 办理诉求" in hit.text
    opened = desk("jia_clerk").get(hit.get("href").partition("#")[0])
    anchor = hit.get("href").partition("#")[2]
    assert opened.texts(f"//h2[@id='{anchor}']") == ["办理诉求"]
    picture = desk("jia_clerk").raw(opened.tree.xpath("//article//img/@src")[0])
    assert picture.data.startswith(b"RIFF")
    assert "手册里没有" in desk("jia_clerk").get("/help/?q=没有这样的话").words
    assert desk("jia_clerk").get("/help/manual/nothing/").status == 404
    assert desk("jia_clerk").get("/help/picture/nothing").status == 404
