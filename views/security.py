"""Around every request: who is asking, what they may see, and the headers of the answer."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, render_template, request, session, url_for
from flask_login import LoginManager, current_user, login_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from models import User, audit, db, remembered, replica, scope, stand_in
from models.errors import Refused
from models.identity import End, login
from models.identity import session as sessions
from models.now import now
from models.routing import on_replica, reading
from views import knocks
from views.api import is_api_path
from views.public import is_public_path

PUBLIC = frozenset({"auth.login", "static", "admin.static", "healthz", "readyz", "metrics", "verify.letter"})
# What can be reached before everything that a log-in asks for is done.
ASLEEP = frozenset({"auth.logout", "auth.again"})  # what a session that fell asleep may still ask for
HALFWAY = frozenset({"auth.code", "auth.logout"})
FIRST_PASSWORD = frozenset({"auth.password", "auth.logout"})
FIRST_FACTOR = frozenset({"auth.factor", "auth.logout", "auth.password"})
AGAIN = ("again_password", "again_code")  # what the re-log-in page adds to the form it holds
PUBLIC_BYTES = 32 * 1024 * 1024
PROBES = frozenset({"healthz", "readyz", "metrics"})  # machines ask these; they answer when the database does not
STATIC = frozenset({"static", "admin.static", "public.static", "public.bootstrap"})
# Pages that may be a moment old, and every export of a list: the replica answers them, where there is one.
FROM_REPLICA = frozenset({"board.index", "report.index", "report.file", "rating.index_view"})
WROTE = "wrote"  # in the session: when this browser last wrote
csrf = CSRFProtect()
manager = LoginManager()


def init_app(app: Flask) -> None:
    """Arm log-in, CSRF, scope and headers."""
    manager.init_app(app)
    app.before_request(_enter)
    csrf.init_app(app)  # after _enter: its refusal is a page, which needs to know who is reading
    app.teardown_request(_leave)
    app.after_request(_headers)


@manager.user_loader
def _load(user_id: str) -> User | None:
    row = g.get("session_row")
    # In the interface tokens count; a person's session is nobody's there.
    if row is None or str(row["user_id"]) != user_id or is_api_path(request.path):
        return None
    with scope.everything():
        user = db.session.get(User, row["user_id"])
        return user if user and user.is_active else None


def _enter() -> AnyResponse | str | tuple[str, int] | None:
    """Set snapshot mode, actor and scope; turn strangers away; refuse foreign redirect targets."""
    for name in list(g):
        g.pop(name)  # one context may answer several requests (a shell, a test): nothing is known of this one yet
    g.nonce = secrets.token_urlsafe(16)
    if request.endpoint in STATIC | PROBES:
        return None
    if is_api_path(request.path):
        return None  # views/api/gate.py: a token, no session
    if is_public_path(request.path):
        request.max_content_length = PUBLIC_BYTES  # before the form is looked into
    g.reading_token = reading.set(request.method in ("GET", "HEAD"))
    with scope.everything():
        g.session_row = sessions.find(session.get("sid"))
        if reading.get() and g.session_row:
            g.shelf_token = remembered.enter(g.session_row["reference"], db.engine.url)
        user = current_user._get_current_object() if current_user.is_authenticated else None
        asleep = user is not None and sessions.is_asleep(g.session_row, user)
        answer = _wake(user) if asleep else None
        if user and not asleep:
            sessions.touch(g.session_row)
    awake = not asleep or (answer is None and not _needs_nobody())
    _see_as(user if user and awake and g.session_row["confirmed"] else None)
    if request.endpoint and (request.endpoint in FROM_REPLICA or request.endpoint.endswith(".export")) and request.method in ("GET", "HEAD"):
        g.replica_token = replica.enter(session.get(WROTE, 0))
    return _check_values() or answer or _next_step(user)


def _needs_nobody() -> bool:
    """Whether this is open to strangers, or to a session that fell asleep."""
    return request.endpoint in PUBLIC | ASLEEP or is_public_path(request.path)


def _see_as(user: User | None) -> None:
    """From here on this person asks: what is written is theirs, what is read is what they may see."""
    g.scope_token = scope.enter(scope.of_user(user))
    g.actor_token = audit.actor.set((user.id if user else None, user.name if user else "未登录", request.remote_addr or ""))
    g.lender_token = stand_in.lender.set(None)


def _check_values() -> None:
    for name, value in request.values.items(multi=True):
        # No form sends NUL, and PostgreSQL cannot store it.
        if "\0" in value or (name == "url" and value and not is_local(value)):
            abort(400)


def _next_step(user: User | None) -> AnyResponse | None:
    """Where somebody has to go before anything else."""
    if is_public_path(request.path):
        return None if request.endpoint else abort(404)
    if request.endpoint in PUBLIC:
        return None
    if user is None:
        return redirect(url_for("auth.login", next=request.full_path.rstrip("?") if request.method == "GET" else None))
    if not g.session_row["confirmed"]:
        return None if request.endpoint in HALFWAY else redirect(url_for("auth.code"))
    if login.password_is_due(user):
        return None if request.endpoint in FIRST_PASSWORD else redirect(url_for("auth.password"))
    if login.wants_factor(user) and not user.totp_on:
        return None if request.endpoint in FIRST_FACTOR else redirect(url_for("auth.factor"))
    return None


# -- after a pause --------------------------------------------------------------------------


def _wake(user: User) -> AnyResponse | str | tuple[str, int] | None:
    """The password is asked again; None when it was given with the form, which then takes its course.

    Nothing typed is lost: a form that comes too late is kept on the page that asks for the password.
    """
    if _needs_nobody():
        return None
    if request.endpoint == "auth.ping":
        return "", 401
    if request.method != "POST":
        return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))
    error = ""
    if AGAIN[0] in request.form:
        error = confirm_again(user, request.form[AGAIN[0]], request.form.get(AGAIN[1], ""))
        if not error:
            return None
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in AGAIN]
    files = [file.filename for file in request.files.values() if file.filename]
    page = render_template("auth/again.html", who_name=user.name, username=user.username, kept=kept, files=files, error=error, code=user.totp_on)
    return page, 401


def confirm_again(user: User, password: str, code: str) -> str:
    """The same person, again: a new session takes the place of the one that fell asleep. "" or what is wrong."""
    token = audit.actor.set((user.id, user.name, request.remote_addr or ""))
    try:
        with scope.everything():
            try:
                knocks.refuse_address()
                error = login.confirm(user, password, code)
            except Refused as refused:
                db.session.rollback()
                return str(refused)
            if error:
                knocks.count_wrong()
            else:
                sessions.end(g.session_row["id"], End.IDLE)
                begin(user, confirmed=True)
            db.session.commit()
            return error
    finally:
        audit.actor.reset(token)


def begin(user: User, *, confirmed: bool) -> None:
    """Start a session for this browser; the page's CSRF token stays good for who was here before."""
    before = g.get("session_row")
    if before is not None and before["user_id"] == user.id:
        kept = {name: session[name] for name in ("csrf_token",) if name in session}
    else:
        kept = {}
    session.clear()
    session.update(kept)
    session.permanent = True
    session["sid"] = sessions.start(user, request.remote_addr or "", str(request.user_agent), confirmed=confirmed)
    g.session_row = sessions.find(session["sid"])
    login_user(user)


def _leave(_error: BaseException | None) -> None:
    undoing = {"replica_token": on_replica.reset, "scope_token": scope.leave, "lender_token": stand_in.lender.reset,
               "actor_token": audit.actor.reset, "reading_token": reading.reset, "shelf_token": remembered.leave}
    for name, undo in undoing.items():
        if (token := g.pop(name, None)) is not None:
            undo(token)


def is_local(target: str) -> bool:
    """A path on this site: begins with one slash, nothing a browser would take for a host (it drops control characters)."""
    return target.isprintable() and target.startswith("/") and target[1:2] not in ("/", "\\") and not urlsplit(target).netloc


def _headers(response: Response) -> Response:
    if replica.state() and request.method == "POST" and response.status_code < 400 and "sid" in session:
        session[WROTE] = int(now().timestamp())  # who has written reads it again where it was written
    nonce = g.get("nonce", "")
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
        "object-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.endpoint in STATIC:
        response.headers["Cache-Control"] = "public, max-age=86400"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def csp_nonce(*_: Any) -> str:
    """The nonce of this request's inline scripts and styles."""
    return g.get("nonce", "")


def require(permission: str) -> None:
    """404 unless the user holds the permission: what is not granted does not exist."""
    if not (current_user.is_authenticated and current_user.may(permission)):
        abort(404)
