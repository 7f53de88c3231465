"""Workbooks written by other programs, by hand and in anger: what can be read is read, what cannot says why."""

import io
import shutil
import subprocess
import zipfile

import pytest
from docx import Document
from openpyxl import load_workbook
from openpyxl.styles import PatternFill

from models import Enterprise, ImportRow, db
from models.errors import Invalid
from models.importing import ImportRun, plans
from models.importing.run import table_of
from tests.importing.desk import ENTERPRISES, book, cells, code, entered, firm, reasons, upload, verdicts
from views.importing.form import blank_form
from views.ledger import xlsx


def names():
    return db.session.scalars(db.select(Enterprise.name).where(Enterprise.name.startswith("演示第")).order_by(Enterprise.id)).all()


def test_formatted_blank_rows_far_below_are_no_rows(cast):
    def ghosts(sheet):
        for line in (*range(3, 400), 60_000, 1_000_000):
            sheet.cell(line, 1).fill = PatternFill("solid", fgColor="FFFF00")
            sheet.cell(line, 2).number_format = "@"

    assert upload("enterprise", cast.intake, book(ENTERPRISES, firm(1), shape=ghosts)).total == 1


def test_a_merged_cell_counts_for_every_row_it_covers(cast):
    def merge(sheet):
        sheet.insert_rows(1)
        sheet["A1"] = "示范区企业名录"
        sheet.merge_cells("A1:F1")
        sheet.merge_cells("C3:C4")

    run = entered("enterprise", cast.intake, book(ENTERPRISES, firm(1, kind="股份有限公司"), firm(2, kind=""), shape=merge))
    assert run.added == 2
    kinds = db.session.scalars(db.select(Enterprise.kind).where(Enterprise.credit_code.in_([code(1), code(2)]))).all()
    assert {kind.label for kind in kinds} == {"股份有限公司"}


def test_headings_may_be_in_another_order_called_otherwise_and_have_neighbours(cast):
    head = ["序 号", "统一社会信用代码（18位）", " 企业名称＊", "注册日期", "我们的备注"]
    run = entered("enterprise", cast.intake, book(head, [1, code(1), "演示第1公司", "2024/8/1", "x"]))
    assert run.ignored == ["序 号", "我们的备注"]
    assert names() == ["演示第1公司"]


def test_a_formula_takes_its_value_and_one_without_a_value_is_told(cast):
    whole = book(ENTERPRISES, firm(1))
    formula = _rewritten(whole, b"2024-08-01", b"2024-08-02")
    assert upload("enterprise", cast.intake, formula).total == 1

    def unsolved(sheet):
        sheet["A2"] = "=B2&C2"

    with pytest.raises(Invalid, match="单元格A2是公式但没有结果"):
        upload("enterprise", cast.intake, book(ENTERPRISES, firm(1), shape=unsolved))


def _rewritten(data, old, new):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(old, new))
    return out.getvalue()


@pytest.mark.parametrize(("data", "why"), [
    (b"name,code\n1,2\n", "不是能读取的 Excel 工作簿"), (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "旧版 xls"), (b"", "不是能读取的 Excel 工作簿"),
    (b"PK\x03\x04" + b"\0" * 50, "不是能读取的 Excel 工作簿"), (b"PK" * (11 * 1024 * 1024), "超过20 MB"), (book(["甲", "乙"], [1, 2]), "没有找到表头"),
    (book(["企业名称", "类型"], ["演示", "有限公司"]), "缺少列：统一社会信用代码"),
])
def test_what_is_no_list_is_refused_in_one_sentence(cast, data, why):
    with pytest.raises(Invalid, match=why):
        upload("enterprise", cast.intake, data)


def test_another_office_file_under_the_name_of_a_workbook_is_recognised(cast):
    file = io.BytesIO()
    Document().save(file)
    with pytest.raises(Invalid, match="不是能读取的 Excel 工作簿"):
        upload("enterprise", cast.intake, file.getvalue())


def test_a_bomb_is_not_unpacked(cast, monkeypatch):
    monkeypatch.setattr("models.importing.sheet.UNPACKED", 1000)
    with pytest.raises(Invalid, match="展开后过大"):
        upload("enterprise", cast.intake, book(ENTERPRISES, firm(1)))


def test_the_form_filled_in_comes_back_as_an_export_that_can_be_imported_again(cast):
    plan = plans["enterprise"]
    form = load_workbook(blank_form(plan))
    sheet = form.worksheets[0]
    assert table_of(plan, _saved(form)).ignored == []
    with pytest.raises(Invalid, match="没有数据行"):  # the sample alone is no row
        upload("enterprise", cast.intake, _saved(form))
    filled = ["演示第1公司", code(1), "有限公司", "", "制造业", "小型", "A级", "2024年8月1日", "示范区", "演示-某", "13900000000", "否", "是"]
    for place, text in enumerate(filled, 1):
        sheet.cell(3, place, text)
    run = entered("enterprise", cast.intake, _saved(form))
    assert (run.added, run.bad) == (1, 0)
    head = [field.label for field in plan.fields]
    row = db.session.scalars(db.select(ImportRow)).one()
    ledger = b"".join(xlsx("企业库", head, [[row.raw.get(field.key, "") for field in plan.fields]], note="全部"))
    again = upload("enterprise", cast.intake, ledger)
    assert verdicts(again) == ["不变"]


def _saved(form):
    file = io.BytesIO()
    form.save(file)
    return file.getvalue()


def test_bad_rows_written_back_are_read_again_once_mended(cast):
    run = upload("enterprise", cast.intake, book(ENTERPRISES, firm(1, phone="12")))
    assert "电话号码不对" in reasons(run)
    plan = plans["enterprise"]
    raw = db.session.scalars(db.select(ImportRow)).one().raw | {"contact_phone": "0535-4219000"}
    back = b"".join(xlsx(plan.name, [*(f.label for f in plan.fields), "错误原因"], [[*(raw.get(f.key, "") for f in plan.fields), "电话"]], bare=True))
    assert entered("enterprise", cast.intake, back).added == 1


@pytest.mark.parametrize("form", ["xlsx:Calc MS Excel 2007 XML", "xlsx:Calc Office Open XML"])
def test_a_file_saved_by_libreoffice_is_read(cast, tmp_path, form):
    source = tmp_path / "表.csv"
    source.write_text("\n".join(",".join(map(str, row)) for row in (ENTERPRISES, firm(1, day="2024/8/5"), firm(2, phone="=1+1"))), "utf-8")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "libreoffice-calc-nogui is missing"
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--infilter=CSV:44,34,76", "--convert-to", form,
         "--outdir", tmp_path, source],
        check=True, capture_output=True, timeout=180,
    )
    run = entered("enterprise", cast.intake, (tmp_path / "表.xlsx").read_bytes())
    assert run.added == 1
    made = db.session.scalars(db.select(Enterprise).where(Enterprise.credit_code == code(1))).one()
    assert (f"{made.registered_on}", made.contact_phone) == ("2024-08-05", "13900000000")


def test_our_own_streamed_ledger_prints_as_it_is():
    data = b"".join(xlsx("企业库", ["企业名称", "统一社会信用代码", "数"], [["'=1+1", "91440300192317458F", 3.5]] * 300, note="条件：全部"))
    sheet = load_workbook(io.BytesIO(data)).active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == ("landscape", "9", "0") or (
        sheet.page_setup.orientation, int(sheet.page_setup.paperSize), int(sheet.page_setup.fitToHeight)) == ("landscape", 9, 0)
    assert (sheet.print_title_rows, sheet.print_area, sheet.freeze_panes) == ("$1:$3", "'企业库'!$A$1:$C$303", "A4")
    cell = sheet["B4"]
    assert (cell.value, cell.data_type, cell.number_format, cell.border.left.style) == ("91440300192317458F", "s", "@", "thin")
    assert sheet["C4"].value == 3.5
    assert cells(data)[0][0] == "企业库"
    assert ImportRun.__tablename__ == "import_run"
