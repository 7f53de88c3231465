"""Logging in and out, and changing one's password."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from models import User, audit, db, scope
from models.now import now
from models.passwords import weakness
from models.setting import setting, switched_on
from views.security import is_local

TRIES, LOCK = 5, timedelta(minutes=30)
bp = Blueprint("auth", __name__)


class LoginForm(FlaskForm):
    username = StringField("登录名", [InputRequired("请填写登录名")])
    password = PasswordField("口令", [InputRequired("请填写口令")])
    next = HiddenField()


class PasswordForm(FlaskForm):
    old = PasswordField("原口令", [InputRequired("请填写原口令")])
    new = PasswordField("新口令", [InputRequired("请填写新口令")], description="至少8位，大写、小写、数字、符号中至少三类")
    again = PasswordField("再输一次", [InputRequired("请再输一次新口令")])


@bp.route("/login", methods=["GET", "POST"])
def login() -> str | Response:
    """The log-in page. Wrong name and wrong password read the same."""
    form = LoginForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    if not form.validate_on_submit():
        return _login_page(form)
    with scope.everything():
        user, error = _check(form.username.data.strip(), form.password.data)
        db.session.commit()
    if user is None:
        return _login_page(form, error=error)
    session.clear()
    session.permanent = True
    login_user(user)
    target = form.next.data or ""
    return redirect(target if is_local(target) else url_for("admin.index"))


def _login_page(form: LoginForm, **more: str) -> str:
    """The form beside the district's name and whom to ask."""
    public_url = url_for("public.submit") if switched_on("public_page") else ""
    return render_template(
        "auth/login.html", public_url=public_url, form=form,
        district=setting("district_name"), host=setting("agency"), support=f"联系电话 {setting('contact')}",
        lock_note=f"连续输错{TRIES}次锁定{LOCK.seconds // 60}分钟", **more,
    )


def _check(username: str, password: str) -> tuple[User | None, str]:
    user = db.session.scalar(sa.select(User).where(User.username == username))
    if user and user.locked_until and user.locked_until > now():
        audit.note("登录失败", "user_account", user.id, reason="已锁定")
        return None, f"连续输错{TRIES}次，已锁定到{user.locked_until:%H:%M}，到时再试"
    if user is None or not user.is_active or not user.check_password(password):
        audit.note("登录失败", "user_account", user.id if user else None, username=username)
        if user:
            user.failed_logins += 1
            if user.failed_logins >= TRIES:
                user.failed_logins, user.locked_until = 0, now() + LOCK
        return None, "登录名或口令不对，请核对大小写后重试"
    user.failed_logins, user.locked_until, user.last_login_at = 0, None, now()
    audit.actor.set((user.id, user.name, request.remote_addr or ""))
    audit.note("登录", "user_account", user.id)
    return user, ""


@bp.post("/logout")
def logout() -> Response:
    """Out, and nothing of the session stays."""
    audit.note("退出", "user_account", current_user.id)
    db.session.commit()
    logout_user()
    session.clear()
    return redirect(url_for("auth.login"))


@bp.route("/me/password", methods=["GET", "POST"])
def password() -> str | Response:
    """Change one's own password; forced after the first log-in."""
    form, user = PasswordForm(), current_user
    if form.validate_on_submit():
        if not user.check_password(form.old.data):
            form.old.errors = ["原口令不对"]
        elif fault := weakness(form.new.data, user.username):
            form.new.errors = [fault]
        elif form.new.data == form.old.data:
            form.new.errors = ["新口令不能与原口令相同"]
        elif form.new.data != form.again.data:
            form.again.errors = ["两次输入不一致"]
        else:
            user.set_password(form.new.data)
            user.must_change, user.password_at = False, now()
            db.session.commit()
            flash("口令已更新", "success")
            return redirect(url_for("admin.index"))
    return render_template("auth/password.html", form=form, forced=user.must_change)
