"""帮助: the manual, lights, keys, how the figures are made, what each verb of the reader's role does."""

from typing import Any

from flask import Response, abort, request, send_from_directory, url_for
from flask_admin import expose
from flask_login import current_user

from models.accountability import AccountabilityAction
from models.importing import plans
from models.inspection import CaseReview, EnterpriseRequest, Inspection, JointInspection
from models.notice import Notice
from models.setting import whole_setting
from models.supervision import ApprovalCase, Lead, Milestone, Problem
from models.task import Task
from models.ticket import Ticket
from views import manual
from views.pages import EverybodysPage

FLOWS = (("企业诉求", Ticket), ("任务", Task), ("督办措施", AccountabilityAction), ("文书", Notice),
         ("问题整改", Problem), ("问题线索", Lead), ("项目节点", Milestone), ("审批办件", ApprovalCase),
         ("涉企检查", Inspection), ("联合检查", JointInspection), ("涉企报送考评", EnterpriseRequest), ("案卷评查", CaseReview))


class HelpView(EverybodysPage):
    """One page, made from the declarations, so that it cannot go stale."""

    @expose("/")
    def index(self) -> str:
        """The manual's chapters and what was looked for in it; verbs the reader's role holds, by flow."""
        words = request.args.get("q", "").strip()[:40]
        return self.render(
            "admin/help.html", words=words, found=manual.find(words, _roles()), chapters=manual.contents(_roles()),
            flows=[(name, _steps(model)) for name, model in FLOWS if _steps(model)], imports=_imports(), import_days=whole_setting("import_days"),
        )

    @expose("/manual/<chapter>/")
    def manual(self, chapter: str) -> str:
        """One chapter."""
        if chapter not in manual.CHAPTERS:
            abort(404)
        return self.render("admin/manual.html", chapter=manual.chapter(chapter), chapters=manual.contents(_roles()))

    @expose("/picture/<shown>")
    def picture(self, shown: str) -> Response:
        """A picture of the manual."""
        return send_from_directory(manual.FOLDER / "images", f"{shown}.webp")


def _roles() -> set[str]:
    return {role.code for role in current_user.roles}


def _imports() -> list[tuple[str, str]]:
    """What the reader may import, each with its page."""
    user = current_user._get_current_object()
    return [(plan.name, url_for("import.upload", register=register)) for register, plan in plans.items() if plan.permitted(user)]


def _steps(model: Any) -> list[tuple[str, str, str]]:
    rows = []
    for step in model.transitions().values():
        if not callable(step.permission) and current_user.may(step.permission):
            sources = "、".join(state.label for state in sorted(step.source, key=list(type(next(iter(step.source)))).index))
            rows.append((step.label, sources, step.outcome))
    return rows
