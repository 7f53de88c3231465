"""A letter by hand: its kind, its matter, its addressee; the wording is made from the template (A2)."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from models import AccountabilityAction, Matter, Notice, db, drafting, scope
from models.errors import Refused
from models.wording import WordingError
from views.notice.kinds import goes_along, kinds
from views.units import UnitChoice

# Letters of the rungs belong to a measure; nobody writes one freehand.
LADDER = frozenset({"SUPERVISION_NOTICE", "LISTED_SUPERVISION", "SUMMONS_TALK", "ACCOUNTABILITY_ADVICE"})


class DraftForm(FlaskForm):
    """What a new letter needs before its wording is made."""

    kind = SelectField("文书种类", validate_choice=False)
    matter = StringField("事项编号", description="如 SQ202408-00012；与事项无关的不填")
    unit = UnitChoice("主送单位")


class DraftPage:
    """For the panel of letters: the page that starts one."""

    @expose("/draft/", methods=("GET", "POST"))
    def draft(self) -> Any:
        """A letter by hand: 转办, 预警, 线索移送, 联合检查 and the rest."""
        if not self._may("draft"):
            return self.inaccessible_callback("draft")
        form, errors = DraftForm(), []
        action = self._measure()
        form.kind.choices = [(kind, label) for kind, label in kinds() if (action or kind not in LADDER) and not goes_along(kind)]
        form.kind.flags.required = form.unit.flags.required = True
        if request.method == "GET":
            form.matter.data, form.kind.data = request.args.get("matter", ""), request.args.get("kind")
            if action:
                form.matter.data, form.unit.data = action.matter.number, action.unit
                form.kind.data = action.rule.template_kind if action.rule else "KEY_REMINDER"
        if form.is_submitted() and form.validate():
            try:
                notice = self._draft(form, action)
                if notice:
                    flash("已生成草稿，签发时编号定稿", "success")
                    return redirect(url_for(".details_view", id=notice.id))
            except (Refused, WordingError) as why:
                db.session.rollback()
                errors = [str(why)]
        return self.render(
            "admin/transition.html", title="起草文书", form=form, general_errors=errors, back={"url": self.get_url(".index_view"), "label": "返回列表"},
            verb={"label": "起草", "short": "起草", "icon": "file-earmark-text"}, after_note="按模板生成草稿，可修改正文；签发时编号定稿。",
        ), 422 if form.is_submitted() else 200

    def _measure(self) -> AccountabilityAction | None:
        """The measure of ``?action=`` whose letter was void: it gets another one."""
        wanted = request.args.get("action", "")
        return db.session.get(AccountabilityAction, int(wanted)) if wanted.isdecimal() and len(wanted) < 18 else None

    def _draft(self, form: DraftForm, action: AccountabilityAction | None) -> Notice | None:
        number, matter = (form.matter.data or "").strip(), None
        if number and (matter := db.session.scalar(sa.select(Matter).where(Matter.number == number))) is None:
            form.matter.errors = ["没有这个编号的事项，请核对"]
        if form.unit.data is None:
            form.unit.errors = ["请选择主送单位"]
        if form.kind.data not in dict(form.kind.choices):
            form.kind.errors = ["督办、挂牌、约谈、问责文书由到期规则提出措施后生成，办理单、反馈表、约谈记录随事项或文书打印，不能单独起草"]
        if any(field.errors for field in form):
            return None
        with scope.everything():
            notice = drafting.draft(form.kind.data, by=current_user._get_current_object(), unit=form.unit.data, matter=matter, action=action)
            db.session.commit()
        return notice
