"""`flask report`: any report of the desk as a PDF or a workbook."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from models import scope
from models.errors import Refused
from models.report import REPORTS, Kind, ReportSnapshot, kind_of
from views.report import report_pdf, report_xlsx

FORMS = {".pdf": report_pdf, ".xlsx": report_xlsx}


@click.command("report")
@click.argument("kind", required=False)
@click.option("--period", help="期次，如 2024-08、2024-W33、2024-Q3、2024；不填为最近一期")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="结果文件，.pdf 或 .xlsx")
@with_appcontext
def report(kind: str | None, period: str | None, output: Path | None) -> None:
    """把 KIND（代码或中文名）这种报表写成文件；不写 KIND 列出全部报表。"""
    if kind is None:
        for found in REPORTS.values():
            click.echo(f"{found.code:<22}{found.label}（按{found.span.label}）")
        return
    if output is None or output.suffix.lower() not in FORMS:
        raise click.UsageError("请用 -o 给出 .pdf 或 .xlsx 文件")
    try:
        with scope.everything():
            found = kind_of(kind)
            chosen = period or next((value for value, _words in found.periods()), "")
            output.write_bytes(_bytes(found, chosen, output.suffix.lower()))
    except Refused as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(f"已写入 {output}")


def _bytes(kind: Kind, period: str, form: str) -> bytes:
    """The published bytes where there are some: they are the same every time."""
    frozen = ReportSnapshot.of(kind.code, period)
    return getattr(frozen, form[1:]) if frozen else FORMS[form](kind.build(period))
