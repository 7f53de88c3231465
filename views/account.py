"""我的账号: open log-ins, the second factor, stand-ins."""

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, g, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from models import Delegation, Role, User, audit, db, scope
from models.errors import Invalid, Refused
from models.identity import End, delegation, secrets
from models.identity import login as logging_in
from models.identity import session as sessions
from models.identity.policy import limit
from models.now import now
from views.pages import EverybodysPage


class CodesForm(FlaskForm):
    password = PasswordField("口令", [InputRequired("请填写口令")])


class LendForm(FlaskForm):
    lender = SelectField("被代理人", coerce=int, validate_choice=False)
    role = SelectField("角色", coerce=int, validate_choice=False)
    stand_in = SelectField("代理人", coerce=int, validate_choice=False, description="同一单位的同事")
    starts_on = DateField("起始日期", [InputRequired("请填写起始日期")], format=["%Y-%m-%d", "%Y%m%d"])
    ends_on = DateField("截止日期", [InputRequired("请填写截止日期")], format=["%Y-%m-%d", "%Y%m%d"])
    reason = StringField("事由", [InputRequired("请填写事由"), Length(max=120, message="事由请控制在120字以内")])


class AccountView(EverybodysPage):
    """What a person may do with the own account."""

    @expose("/")
    def index(self) -> str:
        """The account on one page."""
        user = _me()
        return self.render(
            "account/index.html", user=user, sessions=sessions.open_of(user), this=g.session_row["id"], now=now(), lendings=_lendings(user),
            wants_factor=logging_in.wants_factor(user), codes_left=secrets.codes_left(user) if user.totp_on else 0, may_lend=bool(_lenders(user)),
            password_days=limit("password_days"), may_take_back=_may_take_back,
        )

    @expose("/sessions/", methods=("POST",))
    def end_sessions(self) -> Response:
        """End the log-ins on all other devices, or one of them."""
        user, one = _me(), request.form.get("id", "")
        mine = [row.id for row in sessions.open_of(user) if row.id != g.session_row["id"]]
        ended = [row_id for row_id in mine if not one or str(row_id) == one]
        if one and not ended:
            abort(404)
        with scope.everything():
            for row_id in ended:
                sessions.end(row_id, End.OWNER)
            audit.note("结束其他登录", "user_account", user.id, count=len(ended))
            db.session.commit()
        flash(f"已结束其他设备上的{len(ended)}个登录", "success")
        return redirect(url_for(".index"))

    @expose("/factor/off/", methods=("GET", "POST"))
    def factor_off(self) -> str | Response:
        """Switch the second factor off where the settings do not ask for it."""
        user, form = _me(), CodesForm()
        if not user.totp_on or logging_in.wants_factor(user):
            abort(404)
        if form.validate_on_submit():
            if not (wrong := logging_in.knows(user, form.password.data)):
                with scope.everything():
                    secrets.withdraw(user)
                    audit.note("停用动态口令", "user_account", user.id)
                    db.session.commit()
                flash("动态口令已停用", "success")
                return redirect(url_for(".index"))
            form.password.errors = [wrong]
        return self.render("account/password.html", form=form, page_name="停用动态口令", verb="停用", words="停用后只凭口令登录，原有恢复码同时作废。")

    @expose("/codes/", methods=("GET", "POST"))
    def codes(self) -> str | Response:
        """New recovery codes; the old ones are void."""
        user, form = _me(), CodesForm()
        if not user.totp_on:
            abort(404)
        if form.validate_on_submit():
            if not (wrong := logging_in.knows(user, form.password.data)):
                with scope.everything():
                    codes = secrets.renew_codes(user)
                    audit.note("重新生成恢复码", "user_account", user.id)
                    db.session.commit()
                return self.render("auth/codes.html", codes=codes)
            form.password.errors = [wrong]
        return self.render("account/password.html", form=form, page_name="重新生成恢复码", verb="生成", words="原有恢复码同时作废，新的只显示一次。")

    @expose("/lend/", methods=("GET", "POST"))
    def lend(self) -> str | Response:
        """Lend a role to a colleague for some days."""
        user, form = _me(), LendForm()
        lenders = {person.id: person for person in _lenders(user)}
        if not lenders:
            abort(404)
        chosen = lenders.get(int(given) if (given := request.values.get("lender", "")).isdecimal() else user.id) or next(iter(lenders.values()))
        form.lender.choices = [(person.id, person.name) for person in lenders.values()]
        form.role.choices = [(role.id, role.name) for role in chosen.roles]
        form.stand_in.choices = [(person.id, f"{person.name}（{person.role_label or '未授权'}）") for person in delegation.colleagues(chosen)]
        if request.method == "GET":
            form.lender.data, form.starts_on.data = chosen.id, now().date()
        elif form.validate() and (row := _lent(user, lenders, form)):
            flash(f"{row}，{row.starts_on}至{row.ends_on}，到期自动结束", "success")
            return redirect(url_for(".index"))
        return self.render("account/lend.html", form=form, many=len(lenders) > 1, most=limit("delegation_days"))

    @expose("/lend/end/", methods=("POST",))
    def lend_end(self) -> Response:
        """End a stand-in before its day."""
        given = request.form.get("id", "")
        row = db.session.get(Delegation, int(given)) if given.isdecimal() and len(given) < 12 else None
        if row is None:
            abort(404)
        try:
            delegation.take_back(row, by=_me())
            db.session.commit()
            flash(f"{row} 已提前结束", "success")
        except Refused as refused:
            db.session.rollback()
            flash(str(refused), "error")
        return redirect(url_for(".index"))


def _me() -> User:
    return current_user._get_current_object()


def _lendings(user: User) -> list[Delegation]:
    """What the reader may see of stand-ins, the latest first."""
    return list(db.session.scalars(sa.select(Delegation).order_by(Delegation.id.desc()).limit(50)))


def _may_take_back(row: Delegation) -> bool:
    user = _me()
    return not row.ended_at and row.ends_on >= now().date() and (user.id == row.stand_in_id or delegation.may_arrange(user, row.lender))


def _lenders(user: User) -> list[User]:
    """Whose roles the reader may lend: the own, the unit's for its head, everybody's for the security administrator."""
    level = user.own_level("delegation:create")
    query = sa.select(User).where(User.is_active).order_by(User.id)
    if level == "UNIT" and user.unit_id:
        query = query.where(User.unit_id == user.unit_id)
    elif level != "ALL":
        query = query.where(User.id == user.id)
    people = [person for person in db.session.scalars(query) if not person.admin_kind and person.roles and person.unit_id]
    return sorted(people, key=lambda person: person.id != user.id)


def _lent(user: User, lenders: dict[int, User], form: LendForm) -> Delegation | None:
    given: dict[str, Any] = {
        "lender": lenders.get(form.lender.data or 0), "role": _row(Role, form.role.data), "stand_in": _row(User, form.stand_in.data),
    }
    for name, row in given.items():
        if row is None:
            form[name].errors = [f"请选择{form[name].label.text}"]
    if any(row is None for row in given.values()):
        return None
    try:
        row = delegation.lend(by=user, **given, starts_on=form.starts_on.data, ends_on=form.ends_on.data, reason=form.reason.data.strip())
        db.session.commit()
        return row
    except Invalid as wrong:
        form[wrong.field].errors = [str(wrong)]
    except Refused as refused:
        form.role.errors = [str(refused)]
    db.session.rollback()
    return None


def _row(model: type, row_id: int | None) -> Any:
    return db.session.get(model, row_id) if row_id and 0 < row_id < 10**11 else None
