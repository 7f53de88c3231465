"""The whole menu on one page, and what every page needs."""

from functools import lru_cache
from typing import Any

from flask import Flask, g, request, url_for
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from flask_babel import Babel
from flask_login import current_user

import models as m
from models.now import now
from models.remembered import remembered
from models.setting import setting
from models.sweep_log import Heartbeat
from models.ticket import Outcome
from views import (
    api,
    auth,
    chinese,
    errors,
    files,
    grants,
    hardening,
    journal,
    kept,
    personal,
    probes,
    public,
    security,
    verify,
)
from views import duties as d
from views import registers as r
from views import system as s
from views.account import AccountView
from views.accountability import ActionPanel, RulePanel
from views.calendar import CalendarPanel
from views.figures import books, watching
from views.help import HelpView
from views.home import HomeView, menu_counts
from views.importing import ImportPanel, WordPanel
from views.inbox import InboxView, inbox_counts
from views.inspection import panels as inspection_panels
from views.interface import ClientPanel
from views.kept import KeptView
from views.matrix import PermissionPanel
from views.matter.everything import EverythingPanel
from views.menu import side_menu
from views.message import OutboxPanel
from views.notice import NoticePanel
from views.operation import OperationView
from views.search import SearchView
from views.supervision import CampaignPanel, ChecklistPanel, CheckPanel, OutcomePanel, SuggestionPanel
from views.supervision_approval import ApprovalItemPanel, ApprovalPanel, OnlineTestPanel
from views.supervision_lead import LeadPanel, TradePanel
from views.supervision_ledgers import ConcentrationPanel, ParallelPanel, ReformPanel, SessionPanel
from views.supervision_problem import ProblemPanel
from views.supervision_project import MilestonePanel, ProjectPanel
from views.task import TaskPanel
from views.ticket import TicketPanel
from views.trail import AuditPanel

WORK, WATCH, BOOKS, SYSTEM = "办件", "督导", "台账", "系统"
MEETINGS, FIRMS = "任务与例会", "新企业与走访"


def panels() -> list[Any]:
    """Every panel in menu order."""
    return [
        TicketPanel(m.Ticket, "企业诉求", endpoint="ticket", category=WORK),
        TaskPanel(m.Task, "任务", endpoint="task", category=WORK),
        d.MeetingPanel(m.Meeting, "例会", endpoint="meeting", category=MEETINGS),
        d.DecisionPanel(m.Decision, "议定事项", endpoint="decision", category=MEETINGS),
        d.InstructionPanel(m.Instruction, "批示件", endpoint="instruction", category=MEETINGS),
        d.CityNoticePanel(m.CityNotice, "上级通报", endpoint="city_notice", category=MEETINGS),
        d.FixedDayPanel(m.FixedDay, "固定日", endpoint="fixed_day", category=MEETINGS),
        d.LocalRulePanel(m.LocalRule, "废改立", endpoint="local_rule", category=MEETINGS),
        d.NewFirmPanel(m.NewFirm, "新注册企业", endpoint="firm", category=FIRMS),
        d.ContactPanel(m.Contact, "新企业联系", endpoint="contact", category=FIRMS),
        d.LiaisonPanel(m.Liaison, "包联干部", endpoint="liaison", category=FIRMS),
        d.VisitPanel(m.Visit, "企业走访", endpoint="visit", category=FIRMS),
        d.DifficultyPanel(m.Difficulty, "难点痛点台账", endpoint="difficulty", category=FIRMS),
        d.SurveyPanel(m.Survey, "满意度调查", endpoint="survey", category=FIRMS),
        d.AnswerPanel(m.SurveyAnswer, "调查答卷", endpoint="survey_answer", category=FIRMS),
        d.InvestmentPanel(m.Investment, "招商项目服务", endpoint="investment", category=FIRMS),
        d.SupervisorPanel(m.SpecialSupervisor, "特邀监督员", endpoint="special_supervisor", category=FIRMS),
        d.StationPanel(m.Station, "监测站和企业之家", endpoint="station", category=FIRMS),
        *inspection_panels(),
        ActionPanel(m.AccountabilityAction, "督办问责", endpoint="accountability", category=WATCH),
        NoticePanel(m.Notice, "文书", endpoint="notice", category=WATCH),
        CampaignPanel(m.Campaign, "专项监督", endpoint="campaign", category=WATCH),
        CheckPanel(m.Check, "监督检查", endpoint="check", category=WATCH),
        ProblemPanel(m.Problem, "问题整改", endpoint="problem", category=WATCH),
        LeadPanel(m.Lead, "问题线索", endpoint="lead", category=WATCH),
        MilestonePanel(m.Milestone, "项目节点", endpoint="milestone", category=WATCH),
        ApprovalPanel(m.ApprovalCase, "审批办件", endpoint="approval", category=WATCH),
        RulePanel(m.EscalationRule, "督办规则", endpoint="rule", category=WATCH),
        r.ResultPanel(m.IndicatorResult, "指标结果", endpoint="result", category=WATCH),
        *watching(WATCH),
        r.EnterprisePanel(m.Enterprise, "企业库", endpoint="enterprise", category=BOOKS),
        ChecklistPanel(m.ChecklistItem, "监督清单", endpoint="checklist", category=BOOKS),
        SuggestionPanel(m.Suggestion, "工作建议", endpoint="suggestion", category=BOOKS),
        OutcomePanel(Outcome, "成效", endpoint="outcome", category=BOOKS),
        SessionPanel(m.InquirySession, "质询评议", endpoint="session", category=BOOKS),
        ProjectPanel(m.MajorProject, "重大项目", endpoint="project", category=BOOKS),
        ApprovalItemPanel(m.ApprovalItem, "审批事项", endpoint="approvalitem", category=BOOKS),
        OnlineTestPanel(m.OnlineTest, "网办测试", endpoint="onlinetest", category=BOOKS),
        ReformPanel(m.ReformItem, "审批改革清单", endpoint="reform", category=BOOKS),
        ConcentrationPanel(m.Concentration, "两集中两到位", endpoint="concentration", category=BOOKS),
        ParallelPanel(m.ParallelApproval, "并联审批", endpoint="parallel", category=BOOKS),
        TradePanel(m.Trade, "公共资源交易", endpoint="trade", category=BOOKS),
        *books(BOOKS),
        r.UnitPanel(m.Unit, "单位", endpoint="unit", category=BOOKS),
        r.ContactPanel(m.UnitContact, "单位人员", endpoint="staff", category=BOOKS),
        r.AliasPanel(m.UnitAlias, "单位别名", endpoint="alias", category=BOOKS),
        r.GroupPanel(m.WorkGroup, "工作组", endpoint="group", category=BOOKS),
        r.MembershipPanel(m.GroupMembership, "组成单位", endpoint="membership", category=BOOKS),
        r.ResponsibilityPanel(m.Responsibility, "职责", endpoint="responsibility", category=BOOKS),
        r.IndicatorPanel(m.Indicator, "指标", endpoint="indicator", category=BOOKS),
        r.CategoryPanel(m.Category, "诉求类别", endpoint="category", category=BOOKS),
        r.StandardPanel(m.ServiceStandard, "时限标准", endpoint="standard", category=BOOKS),
        CalendarPanel(m.CalendarDay, "工作日历", endpoint="calendar", category=BOOKS),
        r.DocumentPanel(m.SourceDocument, "依据文件", endpoint="document", category=BOOKS),
        ImportPanel(m.ImportRun, "导入记录", endpoint="import", category=BOOKS),
        WordPanel(m.ImportWord, "导入列名", endpoint="import_word", category=BOOKS),
        r.TemplatePanel(m.LetterTemplate, "文书模板", endpoint="template", category=BOOKS),
        s.UserPanel(m.User, "用户", endpoint="user", category=SYSTEM),
        grants.GrantPanel(m.User, "授权", endpoint="grant", category=SYSTEM),
        s.RolePanel(m.Role, "角色", endpoint="role", category=SYSTEM),
        PermissionPanel(m.Permission, "权限", endpoint="permission", category=SYSTEM),
        grants.DelegationPanel(m.Delegation, "角色代理", endpoint="delegation", category=SYSTEM),
        grants.PolicyPanel(m.Setting, "登录策略", endpoint="login_policy", category=SYSTEM),
        s.SettingPanel(m.Setting, "参数", endpoint="setting", category=SYSTEM),
        s.PhrasePanel(m.StockPhrase, "常用意见", endpoint="phrase", category=SYSTEM),
        ClientPanel(m.ApiClient, "接口令牌", endpoint="client", category=SYSTEM),
        OutboxPanel(m.OutboxMessage, "消息发送", endpoint="outbox", category=SYSTEM),
        OperationView("运行状况", endpoint="operation", url="/operation", category=SYSTEM),
        s.HeartbeatPanel(Heartbeat, "巡查记录", endpoint="heartbeat", category=SYSTEM),
        AuditPanel(m.AuditEntry, "操作留痕", endpoint="audit", category=SYSTEM),
    ]


def init_app(app: Flask) -> None:
    """Everything a browser meets."""
    Babel(app)
    journal.init_app(app)
    chinese.init_app(app)
    security.init_app(app)
    hardening.init_app(app)
    errors.init_app(app)
    kept.init_app(app)
    app.register_blueprint(auth.bp)
    app.register_blueprint(files.bp)
    app.register_blueprint(verify.bp)
    app.register_blueprint(personal.bp)
    personal.init_app(app)
    app.register_blueprint(public.bp)
    app.register_blueprint(api.bp)
    security.csrf.exempt(api.bp)
    probes.init_app(app)
    app.context_processor(_page_facts)
    app.jinja_env.globals |= {"icons": _icons, "side_menu": side_menu, "static_url": lambda *file: _static_url(request.script_root, *file)}
    admin = Admin(
        app, "优化营商环境督导台", theme=Bootstrap4Theme(base_template="admin/site.html", fluid=True),
        index_view=HomeView(name="工作台", url="/"), csp_nonce_generator=security.csp_nonce,
    )
    for view in panels():
        admin.add_view(view)
    for view in (SearchView("查找", endpoint="search", url="/search"), InboxView("收件箱", endpoint="inbox", url="/inbox"),
                 HelpView("帮助", endpoint="help", url="/help"), KeptView("我的筛选", endpoint="kept", url="/kept"),
                 EverythingPanel(m.Matter, "全部事项", endpoint="matter", url="/matter"),
                 AccountView("我的账号", endpoint="account", url="/me")):
        admin.add_view(view)


@lru_cache
def _static_url(_root: str, endpoint: str, name: str, version: str | None = None) -> str:
    """Where a file is; a page names forty. `_root` is the prefix a proxy gave, which url_for adds."""
    return url_for(endpoint, filename=name, v=version)


def _icons() -> str:
    """Where the drawings of all icons are; a page shows a hundred of them."""
    return _static_url(request.script_root, "static", "icons.svg")


def _page_facts() -> dict[str, Any]:
    """Names in the header, who is reading, what waits for them."""
    user = current_user
    facts: dict[str, Any] = {"product": "优化营商环境督导台", "now": now(), "asset_version": "1"}
    if not (user and user.is_authenticated) or not g.session_row["confirmed"]:
        return facts
    facts |= {
        "district": setting("district_name"), "awake": auth.about_session(),
        "who": {"name": user.name, "unit": _unit_of(user), "role": user.role_label or "未授权"},
        "links": {"me": "/me/", "search": "/search/", "inbox": "/inbox/", "help": "/help/"},
        "menu_counts": menu_counts(user), "inbox_count": sum(inbox_counts(user).values()), "phone_tabs": _phone_tabs(user),
    }
    return facts


def _unit_of(user: m.User) -> str:
    return remembered(("unit", user.unit_id), lambda: str(user.unit or ""))


def _phone_tabs(user: m.User) -> list[dict[str, Any]]:
    """The bar at the thumb: what a leader on the way looks at."""
    offered = [("admin.index", "工作台", "house-door", None), ("matter.index_view", "事项", "inbox", "ticket:view"),
               ("board.index", "挂图", "bar-chart-line", "board:view") if user.may("board:view")
               else ("accountability.index_view", "督办", "flag", "accountability:view"), ("account.index", "我的", "person-circle", None)]
    return [
        {"label": label, "url": url_for(endpoint), "icon": icon, "active": request.endpoint == endpoint}
        for endpoint, label, icon, permission in offered if permission is None or user.may(permission)
    ]
