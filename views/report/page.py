"""通报与报表: pick a kind and a period; tables whose figures open their rows; print and workbook."""

import io
import re
from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, request, send_file, url_for
from flask_admin import BaseView, expose
from flask_login import current_user

from models import ReportSnapshot, audit
from models.errors import Invalid
from models.indicator import Colour
from models.now import now
from models.report import REPORTS, Figure, Kind, Report, shown
from views.cells import light
from views.exporting import XLSX
from views.letters.binding import send_pdf
from views.report.book import report_xlsx
from views.report.paper import report_pdf
from views.report.published import correct_page, publish_page

COLOURED = re.compile(f"({'|'.join(colour.label for colour in Colour)})(?: [\\d.]+)?")


class ReportView(BaseView):
    """Every declared report the reader may open."""

    def is_accessible(self) -> bool:
        """By permission."""
        return current_user.is_authenticated and current_user.may("report:view")

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """What one may not see does not exist."""
        return abort(404)

    @expose("/")
    def index(self) -> Any:
        """The chosen report: as published, or as the figures stand now."""
        kinds = [kind for kind in REPORTS.values() if kind.may(current_user)]
        kind = self._kind(kinds)
        periods = kind.periods() if kind else []
        period = request.args.get("period") or (periods[0][0] if periods else "")
        if not any(value == period for value, _ in periods):
            periods = [(period, period), *periods]
        frozen = ReportSnapshot.of(kind.code, period) if kind else None
        report, error = (frozen.report, "") if frozen else self._build(kind, period)
        return self.render(
            "report/page.html", kinds=kinds, kind=kind, period=period, periods=periods, report=report and on_screen(report), error=error, frozen=frozen,
            tools=self._tools(kind, period) if report else [], cut_off=f"{frozen.cut_off if frozen else now():%Y-%m-%d %H:%M}",
            publish_url=url_for(".publish", kind=kind.code, period=period) if report and not frozen and current_user.may("report:publish") else None,
            correct_url=url_for(".correct", id=frozen.id) if frozen and current_user.may("report:publish") else None,
        ), 422 if error else 200

    def _build(self, kind: Kind | None, period: str) -> tuple[Report | None, str]:
        if kind is None or not period:
            return None, ""
        try:
            return kind.build(period), ""
        except Invalid as wrong:
            return None, str(wrong)

    def _kind(self, kinds: list[Kind]) -> Kind | None:
        code = request.args.get("kind")
        if code is None:
            return kinds[0] if kinds else None
        return next((kind for kind in kinds if kind.code == code), None) or abort(404)

    def _tools(self, kind: Kind, period: str) -> list[tuple[str, str, str]]:
        about = {"kind": kind.code, "period": period}
        offered = [("print", "PDF", "pdf", "file-earmark-pdf"), ("export", "Excel", "xlsx", "file-earmark-excel")]
        return [
            (label, url_for(".file", form=form, **about), icon) for action, label, form, icon in offered if current_user.may(f"report:{action}")
        ]

    @expose("/file/")
    def file(self) -> Any:
        """The published bytes, or the figures of now, as PDF or workbook; audited."""
        form, period = request.args.get("form"), request.args.get("period", "")
        action = {"pdf": "print", "xlsx": "export"}.get(form)
        kind = self._kind([kind for kind in REPORTS.values() if kind.may(current_user)])
        if action is None or kind is None or not current_user.may(f"report:{action}"):
            abort(404)
        frozen = ReportSnapshot.of(kind.code, period)
        report = frozen.report if frozen else self._build(kind, period)[0]
        if report is None:
            abort(404)
        data = getattr(frozen, form) if frozen else {"pdf": report_pdf, "xlsx": report_xlsx}[form](report)
        audit.record("导出" if form == "xlsx" else "打印", "report", None, report=kind.code, period=period)
        if form == "pdf":
            return send_pdf(data, report.title)
        return send_file(io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=f"{report.title}.xlsx")

    @expose("/publish/", methods=("GET", "POST"))
    def publish(self) -> Any:
        """Number and freeze a period."""
        kind = self._kind([kind for kind in REPORTS.values() if kind.may(current_user)]) or abort(404)
        return publish_page(self, kind, request.args.get("period", ""))

    @expose("/correct/", methods=("GET", "POST"))
    def correct(self) -> Any:
        """Add an erratum to a published report."""
        return correct_page(self)


def on_screen(report: Report) -> dict[str, Any]:
    """The report as the template draws it: every cell its text and the address of its rows, where the reader may open them."""
    open_to_reader = {view.url for view in current_app.extensions["admin"][0]._views if view.is_accessible()}

    def rows_of(cell: Any) -> str:
        address = cell.url if isinstance(cell, Figure) else ""
        return address if urlsplit(address).path.rstrip("/") in open_to_reader else ""

    return {
        "title": report.title, "lead": report.lead, "gaps": report.gaps, "aside": report.aside, "footnote": report.footnote,
        "tables": [
            {"title": sheet.title, "head": sheet.head, "note": sheet.note,
             "rows": [[(lit(shown(cell)), rows_of(cell)) for cell in row] for row in sheet.rows]}
            for sheet in report.sheets
        ],
    }


def lit(words: str) -> str:
    """A colour, alone or with its figure, gets its dot."""
    found = COLOURED.fullmatch(words)
    return light(next(colour for colour in Colour if colour.label == found[1]), words) if found else words
