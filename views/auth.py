"""Logging in and out, the second factor, and changing one's password."""

from typing import Any

import segno
from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from models import User, audit, db, scope
from models.errors import Invalid, Refused
from models.identity import End, account, secrets
from models.identity import login as logging_in
from models.identity import session as sessions
from models.identity.policy import limit
from models.public.limits import TooOften
from models.setting import setting, switched_on
from views import knocks, security

bp = Blueprint("auth", __name__)
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "14"}


class LoginForm(FlaskForm):
    username = StringField("登录名", [InputRequired("请填写登录名")])
    password = PasswordField("口令", [InputRequired("请填写口令")])
    next = HiddenField()


class CodeForm(FlaskForm):
    code = StringField("动态口令", [InputRequired("请填写动态口令或恢复码")], render_kw=CODE, description="手机上的6位数字；手机不在身边时填一个恢复码")
    next = HiddenField()


class PasswordForm(FlaskForm):
    old = PasswordField("原口令", [InputRequired("请填写原口令")])
    new = PasswordField("新口令", [InputRequired("请填写新口令")], description="大写、小写、数字、符号中至少三类")
    again = PasswordField("再输一次", [InputRequired("请再输一次新口令")])


class FactorForm(FlaskForm):
    password = PasswordField("口令", [InputRequired("请填写口令")])
    code = StringField("动态口令", [InputRequired("请填写手机上的6位数字")], render_kw=CODE)


@bp.route("/login", methods=["GET", "POST"])
def login() -> str | Response | tuple[str, int, dict[str, str]]:
    """The log-in page. Wrong name and wrong password read the same."""
    form = LoginForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    if not form.validate_on_submit():
        return _login_page(form)
    try:
        user, error = _first_step(form.username.data.strip(), form.password.data)
    except TooOften as why:
        db.session.rollback()
        return _login_page(form, error=str(why)), 429, {"Retry-After": str(why.seconds)}
    except Refused as refused:
        db.session.rollback()
        user, error = None, str(refused)
    if user is None:
        return _login_page(form, error=error)
    target = form.next.data or ""
    if user.totp_on:
        return redirect(url_for("auth.code", next=target or None))
    return _on(target)


def _first_step(username: str, password: str) -> tuple[User | None, str]:
    """Name and password; a session that is good for nothing but the second factor where there is one."""
    with scope.everything():
        knocks.refuse_address()
        user, error = logging_in.check(username, password)
        if user is None:
            knocks.count_wrong()
        else:
            audit.actor.set((user.id, user.name, request.remote_addr or ""))
            _leave_old(End.IDLE)
            security.begin(user, confirmed=not user.totp_on)
            if not user.totp_on:
                logging_in.succeed(user)
        db.session.commit()
    return user, error


def _leave_old(why: End) -> None:
    """This browser's earlier session is over."""
    if g.get("session_row") is not None:
        sessions.end(g.session_row["id"], why)


def _on(target: str) -> Response:
    return redirect(target if security.is_local(target) else url_for("admin.index"))


def _login_page(form: LoginForm, **more: str) -> str:
    """The form beside the district's name and whom to ask."""
    public_url = url_for("public.submit") if switched_on("public_page") else ""
    return render_template(
        "auth/login.html", public_url=public_url, form=form,
        district=setting("district_name"), host=setting("agency"), support=f"联系电话 {setting('contact')}",
        lock_note=f"连续输错{limit('login_tries')}次锁定{limit('login_lock_minutes')}分钟", **more,
    )


@bp.route("/login/code", methods=["GET", "POST"])
def code() -> str | Response:
    """The second factor, after the password."""
    row, form, error = g.get("session_row"), CodeForm(), ""
    if row is None or not current_user.is_authenticated or row["confirmed"]:
        return redirect(url_for("admin.index"))
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    if form.validate_on_submit():
        user = current_user._get_current_object()
        audit.actor.set((user.id, user.name, request.remote_addr or ""))
        error = _second_step(user, form.code.data)
        if not error:
            return _on(form.next.data or "")
    return render_template("auth/code.html", form=form, error=error, district=setting("district_name"))


def _second_step(user: User, code: str) -> str:
    """The session counts from here on; "" or what is wrong."""
    with scope.everything():
        try:
            knocks.refuse_address()
        except TooOften as why:
            return str(why)
        error = logging_in.prove(user, code)
        if error:
            knocks.count_wrong()
        else:
            sessions.confirm(g.session_row["id"])
            logging_in.succeed(user)
        db.session.commit()
    return error


@bp.post("/logout")
def logout() -> Response:
    """Out, and nothing of the session stays, here or there."""
    with scope.everything():
        audit.actor.set((current_user.id, current_user.name, request.remote_addr or ""))
        audit.note("退出", "user_account", current_user.id)
        _leave_old(End.LOGOUT)
        db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("auth.login"))


@bp.post("/session/ping")
def ping() -> tuple[str, int]:
    """Somebody is typing: being asked at all keeps the session awake. 401 when it already sleeps."""
    return "", 204


@bp.post("/session/again")
def again() -> tuple[Response, int]:
    """The password once more, over the page that stays as it is."""
    if not current_user.is_authenticated:
        return jsonify(error="登录已结束，请在新页面登录"), 403
    given = request.form
    error = security.confirm_again(current_user._get_current_object(), given.get("password", ""), given.get("code", ""))
    return (jsonify(error=error), 422) if error else (jsonify(ok=True), 200)


@bp.route("/me/password", methods=["GET", "POST"])
def password() -> str | Response:
    """Change one's own password; forced after the first log-in and when it is too old."""
    form, user = PasswordForm(), current_user._get_current_object()
    form.new.description = f"至少{limit('password_length')}位，大写、小写、数字、符号中至少三类，不同于最近{limit('password_history')}个"
    if form.validate_on_submit():
        if form.new.data != form.again.data:
            form.again.errors = ["两次输入不一致"]
        elif _changed(user, form):
            flash("口令已更新，其他设备上的登录已结束", "success")
            return redirect(url_for("admin.index"))
    return render_template("auth/password.html", form=form, forced=logging_in.password_is_due(user), aged=not user.must_change)


def _changed(user: User, form: PasswordForm) -> bool:
    """Every session ends with the old password; this browser gets a new one."""
    try:
        with scope.everything():
            account.change_password(user, form.old.data, form.new.data)
            db.session.flush()
            security.begin(user, confirmed=True)
            db.session.commit()
    except Invalid as wrong:
        form[wrong.field].errors = [str(wrong)]
    except Refused as why:
        form.old.errors = [str(why)]
    except StaleDataError:
        form.old.errors = ["口令刚被改过，请重新登录"]
    else:
        return True
    db.session.rollback()
    return False


@bp.route("/me/factor", methods=["GET", "POST"])
def factor() -> str | Response:
    """Switch the second factor on: an app reads the picture, a first code proves it, recovery codes are shown once."""
    user, form = current_user._get_current_object(), FactorForm()
    if user.totp_on:
        return redirect(url_for("account.index"))
    secret = session.get("factor") or secrets.new_secret()
    session["factor"] = secret  # the cookie is signed; the secret counts only once the account has it
    if form.validate_on_submit() and (codes := _enrolled(user, secret, form)):
        session.pop("factor", None)
        return render_template("auth/codes.html", codes=codes)
    picture = segno.make(secrets.address(user, secret, setting("district_name") + "督导台"), error="m")
    return render_template(
        "auth/factor.html", form=form, secret=" ".join(secret[n:n + 4] for n in range(0, len(secret), 4)), forced=logging_in.wants_factor(user),
        picture=Markup(picture.svg_inline(scale=5, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)),
    )


def _enrolled(user: User, secret: str, form: FactorForm) -> list[str] | None:
    if wrong := logging_in.knows(user, form.password.data):
        form.password.errors = [wrong]
        return None
    with scope.everything():
        codes = secrets.enrol(user, secret, form.code.data)
        if codes is None:
            form.code.errors = ["数字不对：请核对手机时间是否准确，填当前显示的6位数字"]
        else:
            audit.note("启用动态口令", "user_account", user.id)
            db.session.commit()
    return codes


def about_session() -> dict[str, Any]:
    """What the page's script needs to ask for the password in time."""
    user = current_user._get_current_object()
    return {"seconds": sessions.idle_minutes(user) * 60, "code": user.totp_on}
