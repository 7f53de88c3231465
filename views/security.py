"""Around every request: who is asking, what they may see, and the headers of the answer."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, url_for
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from models import User, audit, db, scope
from models.database import reading
from views.api import is_api_path
from views.public import is_public_path

PUBLIC = frozenset({"auth.login", "static", "admin.static", "health", "verify.letter"})
PUBLIC_BYTES = 32 * 1024 * 1024
STATIC = frozenset({"static", "admin.static", "public.static", "public.bootstrap"})
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
    if is_api_path(request.path):  # tokens count there; a person's session is nobody's
        return None
    with scope.everything():
        user = db.session.get(User, int(user_id)) if user_id.isdecimal() else None
        return user if user and user.is_active else None


def _enter() -> AnyResponse | None:
    """Set snapshot mode, actor and scope; turn strangers away; refuse foreign redirect targets."""
    g.nonce = secrets.token_urlsafe(16)
    if request.endpoint in STATIC:
        return None
    if is_api_path(request.path):
        return None  # views/api/gate.py: a token, no session
    if is_public_path(request.path):
        request.max_content_length = PUBLIC_BYTES  # before the form is looked into
    g.reading_token = reading.set(request.method in ("GET", "HEAD"))
    user = current_user._get_current_object() if current_user.is_authenticated else None
    g.actor_token = audit.actor.set((user.id if user else None, user.name if user else "未登录", request.remote_addr or ""))
    g.scope_token = scope.enter(scope.of_user(user))
    for name, value in request.values.items(multi=True):
        # No form sends NUL, and PostgreSQL cannot store it.
        if "\0" in value or (name == "url" and value and not is_local(value)):
            abort(400)
    if is_public_path(request.path):
        return None if request.endpoint else abort(404)
    if user is None and request.endpoint not in PUBLIC:
        return redirect(url_for("auth.login", next=request.full_path.rstrip("?") if request.method == "GET" else None))
    if user and user.must_change and request.endpoint not in ("auth.password", "auth.logout"):
        return redirect(url_for("auth.password"))
    return None


def _leave(_error: BaseException | None) -> None:
    for name, undo in (("scope_token", scope.leave), ("actor_token", audit.actor.reset), ("reading_token", reading.reset)):
        if (token := g.pop(name, None)) is not None:
            undo(token)


def is_local(target: str) -> bool:
    """A path on this site: begins with one slash, nothing a browser would take for a host (it drops control characters)."""
    return target.isprintable() and target.startswith("/") and target[1:2] not in ("/", "\\") and not urlsplit(target).netloc


def _headers(response: Response) -> Response:
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
