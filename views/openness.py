"""Registers of openness, data, publicity, policies and services (K2–K8, K10)."""

from typing import Any

from flask import abort, url_for
from flask_admin import expose
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Query, selectinload

from models import (
    Article,
    CertificateCut,
    DataCatalogue,
    DomainField,
    Enterprise,
    FieldWork,
    Highlight,
    MediaAccount,
    MediaFault,
    MediaPost,
    Policy,
    PolicyDocument,
    PolicyGrant,
    ServiceActivity,
    ServiceItem,
    ServiceRating,
    Topic,
    Unit,
    db,
)
from models.openness.activity import ActivityKind
from models.openness.catalogue import Openness
from models.openness.fault import MediaRule
from models.openness.field import WorkState
from models.openness.policy import PolicyCategory, PolicyForm
from models.openness.publicity import PieceKind, Side
from models.openness.service import Reform
from models.report import Report, Sheet
from views.filters import between, by_row, contains, one_of, yes_no
from views.owned import OwnedPanel
from views.report.page import on_screen

MANY = 500  # candidates shown at once


def _faults(_view: Any, _context: Any, row: Any, _name: str) -> str:
    return "；".join(row.faults()) or "达标"


class FieldPanel(OwnedPanel):
    resource = "field"
    siblings = [("重点工作台账", "field_work", "clipboard-check")]
    columns = ["number", "name", "unit", "required", "filled", "checked_on", "clause", "is_active"]
    fields = ["number", "name", "unit", "clause", "required", "filled", "checked_on", "is_active"]
    classes = {"name": "col-title", "unit": "col-unit", "required": "num", "filled": "num", "clause": "muted"}
    filters = [contains("q", "领域", DomainField.name), by_row("unit", "牵头单位", DomainField.unit_id, Unit)]
    order = ("number", False)
    column_formatters = {"name": lambda _v, _c, row, _n: str(row)}


class FieldWorkPanel(OwnedPanel):
    resource = "field"
    hidden = True
    columns = ["title", "field", "unit", "due_on", "state", "progress", "done_on"]
    fields = ["field", "unit", "title", "measure", "due_on", "state", "progress", "done_on"]
    classes = {"title": "col-title cut", "unit": "col-unit", "progress": "cut-s"}
    filters = [by_row("field", "领域", FieldWork.field_id, DomainField), by_row("unit", "责任单位", FieldWork.unit_id, Unit),
               one_of("state", "进展", FieldWork.state, WorkState), between("due", "时限", FieldWork.due_on, moments=False)]
    order = ("due_on", False)


class CataloguePanel(OwnedPanel):
    resource = "catalogue"
    siblings = [("电子证照", "licence", "shield-check"), ("减证办理", "certificate_cut", "check-lg")]
    columns = ["name", "unit", "rows", "cycle", "updated_on", "secret", "openness", "faults"]
    fields = ["unit", "name", "rows", "cycle", "updated_on", "secret", "openness", "well_formed", "note", "is_active"]
    classes = {"name": "col-title cut", "unit": "col-unit", "rows": "num", "faults": "cut-s"}
    labels = {"faults": "检查"}
    filters = [contains("q", "目录", DataCatalogue.name), by_row("unit", "单位", DataCatalogue.unit_id, Unit),
               one_of("openness", "开放", DataCatalogue.openness, Openness), yes_no("active", "启用", DataCatalogue.is_active)]
    order = ("id", False)
    column_formatters = {"faults": _faults}


class LicencePanel(OwnedPanel):
    resource = "catalogue"
    hidden = True
    columns = ["name", "unit", "listed", "sealed", "issued", "updated_on"]
    fields = ["unit", "name", "listed", "sealed", "issued", "updated_on"]
    classes = {"name": "col-title cut", "unit": "col-unit", "issued": "num"}
    order = ("id", False)


class CutPanel(OwnedPanel):
    resource = "catalogue"
    hidden = True
    columns = ["period", "item", "certificate", "unit", "cases", "proof", "verified"]
    fields = ["unit", "period", "item", "certificate", "cases", "proof", "verified"]
    classes = {"item": "col-title cut", "unit": "col-unit", "cases": "num", "certificate": "cut-s"}
    filters = [contains("period", "月份", CertificateCut.period, placeholder="如 2024-08"), by_row("unit", "单位", CertificateCut.unit_id, Unit)]
    order = ("period", True)


class AccountPanel(OwnedPanel):
    resource = "media"
    siblings = [("发布记录", "media_post", "journal-text"), ("违规清单", "media_fault", "exclamation-triangle-fill")]
    columns = ["name", "platform", "unit", "filed_on", "interactive", "faults", "is_active"]
    fields = ["unit", "name", "platform", "filed_on", "interactive", "is_active"]
    classes = {"name": "col-title cut", "unit": "col-unit", "faults": "cut-s"}
    labels = {"faults": "检查"}
    filters = [contains("q", "账号", MediaAccount.name), by_row("unit", "单位", MediaAccount.unit_id, Unit)]
    order = ("id", False)
    column_formatters = {"faults": _faults}

    def get_query(self) -> Query:
        """With the posts that tell how long an account has been silent."""
        return super().get_query().options(selectinload(MediaAccount.posts))


class PostPanel(OwnedPanel):
    resource = "media"
    hidden = True
    columns = ["posted_on", "title", "account", "unit", "original"]
    fields = ["account", "unit", "posted_on", "title", "original"]
    classes = {"title": "col-title cut", "unit": "col-unit"}
    filters = [by_row("account", "账号", MediaPost.account_id, MediaAccount), between("day", "日期", MediaPost.posted_on, moments=False)]
    order = ("posted_on", True)


class FaultPanel(OwnedPanel):
    """Written by the sweep."""

    resource = "media"
    hidden = True
    columns = ["account", "unit", "rule", "since", "days", "found_at", "cleared_at"]
    classes = {"account": "col-title cut", "unit": "col-unit", "days": "num"}
    labels = {"days": "未更新天数"}
    filters = [by_row("unit", "单位", MediaFault.unit_id, Unit), one_of("rule", "规定", MediaFault.rule, MediaRule)]
    order = ("found_at", True)


class DocumentPanel(OwnedPanel):
    resource = "disclosure"
    siblings = [("解读材料", "interpretation", "journal-text"), ("常务会议题", "topic", "people")]
    columns = ["issued_on", "title", "number", "unit", "interpretations", "linked", "faults"]
    fields = ["unit", "title", "number", "issued_on", "linked"]
    classes = {"title": "col-title cut", "unit": "col-unit", "interpretations": "cut-s", "faults": "cut-s"}
    labels = {"faults": "检查", "interpretations": "解读形式"}
    filters = [contains("q", "文件", PolicyDocument.title), by_row("unit", "单位", PolicyDocument.unit_id, Unit),
               between("issued", "印发", PolicyDocument.issued_on, moments=False)]
    order = ("issued_on", True)
    column_formatters = {"faults": _faults, "interpretations": lambda _v, _c, row, _n: "、".join(i.form.label for i in row.interpretations)}


class InterpretationPanel(OwnedPanel):
    resource = "disclosure"
    hidden = True
    columns = ["published_on", "document", "form", "unit", "address"]
    fields = ["document", "unit", "form", "published_on", "address"]
    classes = {"document": "col-title cut", "unit": "col-unit"}
    order = ("published_on", True)


class TopicPanel(OwnedPanel):
    resource = "disclosure"
    hidden = True
    columns = ["held_on", "title", "unit", "interpreted", "public_interest", "representatives", "faults"]
    fields = ["unit", "title", "held_on", "interpreted", "public_interest", "representatives", "names"]
    classes = {"title": "col-title cut", "unit": "col-unit", "representatives": "num", "faults": "cut-s"}
    labels = {"faults": "检查"}
    filters = [contains("q", "议题", Topic.title), by_row("unit", "单位", Topic.unit_id, Unit)]
    order = ("held_on", True)
    column_formatters = {"faults": _faults}


class ArticlePanel(OwnedPanel):
    resource = "publicity"
    siblings = [("亮优揭短", "highlight", "star")]
    columns = ["day", "title", "kind", "unit", "medium", "level", "counted"]
    fields = ["unit", "kind", "title", "day", "medium", "level", "counted"]
    classes = {"title": "col-title cut", "unit": "col-unit"}
    filters = [contains("q", "标题", Article.title), by_row("unit", "单位", Article.unit_id, Unit), one_of("kind", "类别", Article.kind, PieceKind),
               between("day", "日期", Article.day, moments=False)]
    order = ("day", True)


class HighlightPanel(OwnedPanel):
    resource = "publicity"
    hidden = True
    columns = ["found_on", "side", "title", "unit", "source", "outcome", "as_lead"]
    fields = ["unit", "side", "title", "content", "found_on", "source", "outcome", "as_lead"]
    classes = {"title": "col-title cut", "unit": "col-unit", "outcome": "cut-s"}
    filters = [contains("q", "标题", Highlight.title), by_row("unit", "单位", Highlight.unit_id, Unit), one_of("side", "类别", Highlight.side, Side)]
    order = ("found_on", True)


class PolicyPanel(OwnedPanel):
    resource = "policy"
    siblings = [("政策兑现", "policy_grant", "check-lg")]
    columns = ["title", "category", "level", "form", "unit", "published_on", "ends_on", "candidates", "is_active"]
    fields = ["title", "category", "level", "form", "unit", "number", "published_on", "starts_on", "ends_on", "summary", "for_kind", "for_scale",
              "for_industry", "for_town", "for_credit", "for_years", "is_active"]
    classes = {"title": "col-title cut", "unit": "col-unit"}
    labels = {"candidates": "待兑现企业"}
    filters = [contains("q", "政策", Policy.title), one_of("category", "类别", Policy.category, PolicyCategory),
               one_of("form", "方式", Policy.form, PolicyForm), by_row("unit", "执行单位", Policy.unit_id, Unit)]
    order = ("id", False)
    column_formatters = {
        "candidates": lambda _v, _c, row, _n: Markup('<a href="{}">匹配</a>').format(url_for("policy.candidates", id=row.id))
    }
    column_details_list = ["title", "category", "level", "form", "unit", "number", "published_on", "starts_on", "ends_on", "summary", "for_kind",
                           "for_scale", "for_industry", "for_town", "for_credit", "for_years", "is_active", "candidates"]

    @expose("/candidates/")
    def candidates(self) -> str:
        """Enterprises of the register that meet the declared criteria and have not had it yet."""
        row = self.find()
        if not current_user.may("enterprise:view"):
            abort(404)
        found = db.session.execute(row.candidates().limit(MANY)).scalars().all()
        words = "；".join(words for words, _ in row.criteria()) or "没有填写条件，全部存续企业均为候选"
        cells = [[place, firm.name, firm.credit_code, firm.kind, firm.scale, firm.industry, str(firm.town or "—")] for place, firm in enumerate(found, 1)]
        sheet = Sheet("待兑现企业", ["序号", "企业", "统一社会信用代码", "类型", "规模", "行业", "镇街园区"], cells)
        many = f"（只列前{MANY}家）" if len(cells) == MANY else ""
        report = Report(f"{row.title}：匹配企业", [f"条件：{words}。", f"匹配 {len(cells)} 家{many}，已兑现的不列。"], [sheet])
        return self.render("report/plain.html", report=on_screen(report), back={"url": url_for(".index_view"), "label": "返回政策"})


class GrantPanel(OwnedPanel):
    resource = "grant_policy"
    hidden = True
    columns = ["granted_on", "policy", "enterprise", "unit", "form", "amount", "note"]
    fields = ["policy", "enterprise", "unit", "granted_on", "form", "amount", "note"]
    classes = {"policy": "col-title cut", "unit": "col-unit", "amount": "num"}
    filters = [by_row("policy", "政策", PolicyGrant.policy_id, Policy), by_row("unit", "单位", PolicyGrant.unit_id, Unit),
               between("day", "日期", PolicyGrant.granted_on, moments=False)]
    order = ("granted_on", True)
    form_ajax_refs = {"enterprise": {"fields": [Enterprise.name, Enterprise.credit_code], "page_size": 10}}


class ItemPanel(OwnedPanel):
    resource = "service"
    siblings = [("好差评", "service_rating", "star")]
    columns = ["name", "reform", "unit", "audience", "field", "guide", "is_active"]
    fields = ["unit", "name", "reform", "audience", "field", "guide", "is_active"]
    classes = {"name": "col-title cut", "unit": "col-unit"}
    filters = [contains("q", "事项", ServiceItem.name), one_of("reform", "类别", ServiceItem.reform, Reform), by_row("unit", "单位", ServiceItem.unit_id, Unit)]
    order = ("id", False)


class ServiceRatingPanel(OwnedPanel):
    resource = "service_rating"
    hidden = True
    columns = ["period", "desk", "unit", "handled", "very_good", "good", "fair", "poor", "very_poor", "corrected"]
    fields = ["unit", "desk", "period", "handled", "very_good", "good", "fair", "poor", "very_poor", "corrected"]
    classes = {"desk": "col-title cut", "unit": "col-unit", **dict.fromkeys(("handled", "very_good", "good", "fair", "poor", "very_poor", "corrected"), "num")}
    filters = [contains("period", "月份", ServiceRating.period, placeholder="如 2024-08"), by_row("unit", "单位", ServiceRating.unit_id, Unit)]
    order = ("period", True)


class ActivityPanel(OwnedPanel):
    resource = "activity"
    columns = ["held_on", "title", "kind", "unit", "place", "enterprises", "people"]
    fields = ["unit", "kind", "title", "held_on", "place", "enterprises", "people", "result"]
    classes = {"title": "col-title cut", "unit": "col-unit", "enterprises": "num", "people": "num"}
    filters = [contains("q", "活动", ServiceActivity.title), by_row("unit", "单位", ServiceActivity.unit_id, Unit),
               one_of("kind", "类别", ServiceActivity.kind, ActivityKind), between("held", "日期", ServiceActivity.held_on, moments=False)]
    order = ("held_on", True)
