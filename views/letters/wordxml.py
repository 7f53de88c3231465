"""The parts of WordprocessingML that python-docx has no call for, each child in schema order.

Word refuses a file whose paragraph or run properties stand in the wrong order, so properties are
sorted after they are set.
"""

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PARAGRAPH_ORDER = [qn(f"w:{name}") for name in (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "pBdr", "shd", "tabs", "kinsoku", "wordWrap",
    "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "adjustRightInd", "snapToGrid", "spacing", "ind",
    "jc", "textAlignment", "outlineLvl", "rPr", "sectPr")]
RUN_ORDER = [qn(f"w:{name}") for name in (
    "rStyle", "rFonts", "b", "bCs", "color", "spacing", "w", "kern", "position", "sz", "szCs", "lang")]
SECTION_ORDER = [qn(f"w:{name}") for name in (
    "headerReference", "footerReference", "type", "pgSz", "pgMar", "pgNumType", "cols", "titlePg", "docGrid")]


def serialize(element) -> str:
    """XML of an element, to be placed inside another part."""
    return etree.tostring(element, encoding="unicode")


def arrange(parent, order: list[str]) -> None:
    """Put the children of `parent` into schema order; unknown ones go last."""
    parent[:] = sorted(parent, key=lambda child: order.index(child.tag) if child.tag in order else len(order))


def replace(parent, xml: str, order: list[str]) -> None:
    """Set one child element, replacing an earlier one of the same name."""
    child = parse_xml(xml)
    for old in parent.findall(child.tag):
        parent.remove(old)
    parent.append(child)
    arrange(parent, order)


def east_asian(properties) -> None:
    """Chinese typesetting as GB/T 9704 has it: kinsoku, no hanging marks, no gap between Han and digits."""
    for name, value in (("kinsoku", 1), ("overflowPunct", 0), ("autoSpaceDE", 0), ("autoSpaceDN", 0)):
        replace(properties, f'<w:{name} {W} w:val="{value}"/>', PARAGRAPH_ORDER)


def set_font(properties, family: str) -> None:
    """Face for Chinese and Latin alike: python-docx alone would leave the Chinese one out."""
    names = " ".join(f'w:{script}="{family}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    replace(properties, f"<w:rFonts {W} {names}/>", RUN_ORDER)


def set_spacing(properties, twentieths: int) -> None:
    """Character spacing in twentieths of a point."""
    replace(properties, f'<w:spacing {W} w:val="{twentieths}"/>', RUN_ORDER)


def rule(paragraph: Paragraph, side: str, style: str, eighths: int, color: str, gap: int = 1) -> None:
    """A line above or below a paragraph: thickness in eighths of a point, gap in points."""
    replace(
        paragraph._p.get_or_add_pPr(),
        f'<w:pBdr {W}><w:{side} w:val="{style}" w:sz="{eighths}" w:space="{gap}" w:color="{color}"/></w:pBdr>',
        PARAGRAPH_ORDER)


def cell_margins(table: Table, sides_mm: float) -> None:
    """Padding at both sides of every cell, as on the PDF."""
    twips = round(sides_mm * 56.7)
    properties = table._tbl.tblPr
    sides = "".join(f'<w:{side} w:w="{twips}" w:type="dxa"/>' for side in ("left", "right"))
    place = list(properties).index(properties.find(qn("w:tblLook")))
    properties.insert(place, parse_xml(f"<w:tblCellMar {W}>{sides}</w:tblCellMar>"))


def page_field(paragraph: Paragraph) -> None:
    """— PAGE —, the number as a field."""
    xml = "".join(
        f'<w:r>{part}</w:r>' for part in (
            '<w:t xml:space="preserve">— </w:t>', '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>', '<w:fldChar w:fldCharType="separate"/>',
            '<w:t>1</w:t>', '<w:fldChar w:fldCharType="end"/>', '<w:t xml:space="preserve"> —</w:t>'))
    holder = parse_xml(f'<w:p {W}>{xml}</w:p>')
    for element in list(holder):
        paragraph._p.append(element)
        set_font(element.get_or_add_rPr(), "宋体")
        replace(element.get_or_add_rPr(), f'<w:sz {W} w:val="28"/>', RUN_ORDER)


def bottom_box(paragraph: Paragraph, content: str, height_mm: float) -> None:
    """Anchor a frameless text box 156 mm wide to `paragraph`, standing on the bottom of the text area."""
    width, height = 156 * 36000, int(height_mm * 36000)
    paragraph._p.append(parse_xml(f'''<w:r {W}
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:drawing>
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0"
 layoutInCell="1" allowOverlap="1">
<wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="margin"><wp:posOffset>0</wp:posOffset></wp:positionH>
<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>
<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapTopAndBottom/>
<wp:docPr id="1" name="版记"/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>
<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>
<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"/></wps:wsp></a:graphicData></a:graphic>
</wp:anchor></w:drawing></w:r>'''))
