"""Letters are set in the named font files, or not at all."""

import shutil
from dataclasses import replace
from itertools import pairwise

import pytest
from pdfminer.pdftypes import resolve_all

from press.machine import FontOnlyFetcher
from tests.letters.measure import Sheet
from views.letters import (
    FontRole,
    Form,
    MissingFont,
    MissingGlyph,
    RenderError,
    default_kinds,
    fingerprint,
    font_report,
    fonts,
    render,
    render_pdf,
    sample_paper,
    uncovered,
)

RARE = "王玥、李镕、堃、㟙山保护区、𬬻、䶮"


def test_only_the_named_faces_are_used_and_all_are_embedded(letter):
    allowed = {role.family for role in FontRole}
    for paper in (replace(letter, body=RARE), sample_paper("TICKET_SHEET"), replace(letter, form=Form.LETTER)):
        sheet = Sheet(render_pdf(paper))
        assert sheet.fonts() <= allowed
        for page in sheet.pages:
            for name, font in resolve_all(page.page_obj.resources["Font"]).items():
                assert font["DescendantFonts"][0]["FontDescriptor"]["FontFile3"], name


def test_every_element_has_its_face(letter):
    sheet = Sheet(render_pdf(replace(letter, body="一、总体要求\n（一）工作目标。到年底。\n1.第一项。")))
    face = {row.text: {char["fontname"].split("+")[-1] for char in row.chars} for number in (1, 2) for row in sheet.rows(number)}
    assert face["督办通知单"] == {"LetterTitle"}
    assert face["一、总体要求"] == {"LetterHei"}
    assert face["（一）工作目标。到年底。"] == {"LetterKai", "LetterFang"}
    assert face["1.第一项。"] == {"LetterSong", "LetterFang"}
    assert face["— 1 —"] == {"LetterSong"}


def test_rare_characters_in_names_are_printed_and_keep_the_pitch(letter):
    sheet = Sheet(render_pdf(replace(letter, addressee="㟙山保护区管理委员会", body=f"负责人：{RARE}。" * 60)))
    assert "㟙山保护区管理委员会" in sheet.text()
    assert f"负责人：{RARE}。" in sheet.text()
    rows = sheet.body(2)
    gaps = [below.points - above.points for above, below in pairwise(rows[:16])]
    assert max(abs(gap - 28.99) for gap in gaps) <= 0.11


@pytest.mark.parametrize("field", ["body", "title", "addressee", "mark", "agency", "contact"])
def test_a_character_no_font_has_is_refused_by_name(letter, field):
    with pytest.raises(MissingGlyph, match="“😀”（U\\+1F600）") as refused:
        render_pdf(replace(letter, **{field: "请阅😀示"}))
    assert refused.value.char == "😀"


def test_names_can_be_checked_before_a_letter_is_written():
    assert uncovered("王玥 㟙山") == []
    assert uncovered("张😀三😀") == ["😀"]


def test_without_the_font_files_no_letter_is_printed(letter, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "FREE_DIR", tmp_path)
    with pytest.raises(MissingFont, match=r"缺少.+字体文件"):
        render_pdf(letter)
    report = font_report()
    assert not any(fine for _, fine, _ in report)
    assert any("FandolFang-Regular.otf" in line for _, _, line in report)


def test_a_damaged_font_file_is_named(letter, tmp_path, monkeypatch):
    for path in fonts.FREE_DIR.glob("*.otf"):
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "FandolKai-Regular.otf").unlink()
    (tmp_path / "FandolKai-Regular.otf").write_bytes(b"not a font")
    monkeypatch.setattr(fonts, "FREE_DIR", tmp_path)
    with pytest.raises(MissingFont, match=r"FandolKai-Regular\.otf 无法读取"):
        render_pdf(letter)


def test_all_fonts_are_reported_when_present():
    assert [fine for _, fine, _ in font_report()] == [True] * len(FontRole)


def test_licensed_files_of_the_administrator_come_first(letter, tmp_path, monkeypatch):
    before = fingerprint()
    shutil.copy(fonts.FREE_DIR / "FandolKai-Regular.otf", tmp_path / "仿宋_GB2312.otf")
    monkeypatch.setenv("LETTER_FONT_DIR", str(tmp_path))
    assert fonts.locate(FontRole.FANG) == tmp_path / "仿宋_GB2312.otf"
    assert fonts.locate(FontRole.HEI).name == "FandolHei-Regular.otf"
    assert fingerprint() != before
    assert "督办通知单" in Sheet(render_pdf(letter)).text()


def test_a_font_folder_that_does_not_exist_is_an_error(monkeypatch):
    monkeypatch.setenv("LETTER_FONT_DIR", "/nowhere/at/all")
    with pytest.raises(MissingFont, match="不存在"):
        fonts.locate(FontRole.FANG)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "https://example.com/a.png", "http://127.0.0.1/"])
def test_a_page_cannot_fetch_anything_but_the_fonts(url):
    with pytest.raises(ValueError, match="refused"):
        FontOnlyFetcher(path for _family, path in render.engine().style.fonts).fetch(url)


def test_markup_in_a_text_is_printed_and_not_obeyed(letter):
    sheet = Sheet(render_pdf(replace(letter, body='<img src="file:///etc/passwd"><b>加粗</b>&amp;', title="<i>通知</i>")))
    assert '<imgsrc="file:///etc/passwd"><b>加粗</b>&amp;' in sheet.text()
    assert "<i>通知</i>" in sheet.text()


@pytest.mark.parametrize("stray", ["😀", "\U000F0000", '<p style="colour:red">字</p>'])
def test_nothing_is_printed_from_another_font_or_with_a_warning(letter, monkeypatch, stray):
    whole = render.Engine.html
    monkeypatch.setattr(render.Engine, "html", lambda *args: whole(*args).replace("<body>", "<body>" + stray))
    with pytest.raises(RenderError, match="文书已停止输出"):
        render_pdf(letter)


def test_the_fallback_covers_every_character_of_the_wordings():
    text = "".join(kind.title + kind.wording + kind.label for kind in default_kinds().values())
    assert uncovered(text) == []
