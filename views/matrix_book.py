"""The permission matrix as a workbook for inspection: one sheet to read, one to check line by line, one of the accounts."""

import tempfile
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from models import Role, User, db
from models.now import now
from models.setting import setting
from models.user import Level
from views.exporting import safe
from views.permits import Resource

_THIN = Side(style="thin")
BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
HEAD = PatternFill("solid", fgColor="E8EDF4")
A3 = 8


def write_book(resources: dict[str, Resource], roles: list[Role], given: Any, in_words: Callable[..., str]) -> Any:
    """The file, at its beginning."""
    book = Workbook()
    names = [role.name for role in roles]
    rows = [[r.group, r.label, *(in_words(r, given.get((role.id, r.code), {})) for role in roles)] for r in resources.values()]
    _sheet(book.active, "权限矩阵", ["类别", "资源", *names], rows, [9, 14, *[19] * len(roles)])
    lines = [
        [r.label, label, *(_reach(given.get((role.id, r.code), {}).get(action)) for role in roles)]
        for r in resources.values() for action, label in r.actions.items()
    ]
    _sheet(book.create_sheet(), "权限明细", ["资源", "动作", *names], lines, [16, 22, *[11] * len(roles)])
    _sheet(book.create_sheet(), "账号", ["登录名", "姓名", "单位", "角色", "动态口令", "最近登录", "状态"], _accounts(), [22, 16, 22, 30, 10, 18, 10])
    file = tempfile.TemporaryFile()  # noqa: SIM115 – send_file closes it
    book.save(file)
    file.seek(0)
    return file


def _reach(level: Level | None) -> str:
    return level.label if level else ""


def _accounts() -> list[list[Any]]:
    people = db.session.scalars(sa.select(User).order_by(User.id).options(sa.orm.joinedload(User.unit), sa.orm.selectinload(User.roles)))
    return [
        [user.username, user.name, str(user.unit or "全区"), "、".join(role.name for role in user.roles), "已启用" if user.totp_on else "未启用",
         f"{user.last_login_at:%Y-%m-%d %H:%M}" if user.last_login_at else "从未", "启用" if user.is_active else "停用"]
        for user in people
    ]


def _sheet(sheet: Worksheet, title: str, heads: list[str], rows: list[list[Any]], widths: list[int]) -> None:
    """Title, heads repeated on every page, borders, A3 landscape, page numbers."""
    sheet.title = title
    sheet.append([f"{setting('district_name')}优化营商环境督导台　{title}（{now():%Y-%m-%d %H:%M}）"])
    sheet.append(heads)
    for row in rows:
        sheet.append([safe(value) for value in row])
    sheet["A1"].font = Font(bold=True, size=14)
    for line in sheet.iter_rows(min_row=2, max_col=len(heads)):
        for cell in line:
            cell.border, cell.alignment = BORDER, Alignment(vertical="center", wrap_text=True)
            if cell.row == 2:
                cell.font, cell.fill = Font(bold=True), HEAD
                cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for column, width in zip(sheet.columns, widths, strict=True):
        sheet.column_dimensions[column[1].column_letter].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", A3, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows, sheet.freeze_panes = "1:2", "C3"
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
