"""Who comes in: a token in the Authorization header, nothing else; errors are problem+json in Chinese (RFC 9457)."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from models import User, audit, db, scope
from models.errors import Refused
from models.interface.client import client_of, used
from models.public.limits import TooOften, allow
from models.routing import writing
from models.setting import switched_on, whole_setting
from views.knocks import key, visitor

BASE = "/api/v1"
OPEN = frozenset({"api.document"})
FAILURES = 30  # wrong tokens from one address in ten minutes
WORDS = {400: "请求看不懂", 401: "没有令牌或令牌无效", 403: "这个接口账号没有这项权限", 404: "没有找到", 405: "这个地址不支持这种请求方法",
         409: "现在不能这样办理", 413: "提交的内容太大", 415: "请用 application/json 提交", 422: "有字段需要更正", 429: "请求太频繁",
         500: "系统出了问题，没有改动任何数据", 503: "系统正忙，没有改动任何数据，请稍后再试"}


def is_api_path(path: str) -> bool:
    """Whether an address belongs to the interface."""
    return path == "/api" or path.startswith("/api/")


class Problem(Exception):
    """An answer that is not what was asked for."""

    def __init__(self, status: int, detail: str = "", errors: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors or {}, headers or {}


def problem(status: int, detail: str = "", errors: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Response:
    """application/problem+json."""
    body: dict[str, Any] = {"type": "about:blank", "title": WORDS.get(status, WORDS[400 if status < 500 else 500]), "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = [{"field": field, "message": message} for field, message in errors.items()]
    response = jsonify(body)
    response.status_code, response.content_type = status, "application/problem+json"
    response.headers.update(headers or {})
    return response


def arm(bp: Blueprint) -> None:
    """Gate and errors of the blueprint."""
    bp.before_request(_enter)
    bp.teardown_request(_leave)
    bp.register_error_handler(Problem, lambda error: _undo(problem(error.status, error.detail, error.errors, error.headers)))
    bp.register_error_handler(HTTPException, lambda error: _undo(problem(error.code or 500, headers=_kept(error))))
    bp.register_error_handler(TooOften, lambda error: _undo(problem(429, str(error), headers={"Retry-After": str(error.seconds)})))
    bp.register_error_handler(Refused, lambda error: _undo(problem(409, str(error))))


def _kept(error: HTTPException) -> dict[str, str]:
    return {"Allow": ", ".join(sorted(error.valid_methods))} if getattr(error, "valid_methods", None) else {}


def _undo(response: Response) -> Response:
    db.session.rollback()
    return response


def _enter() -> None:
    """Token, limit, scope, actor. Counting writes, also for a request that reads."""
    g.api_tokens = []
    try:
        with writing(), scope.everything():
            if not switched_on("api_on"):
                raise Problem(404)
            if request.endpoint in OPEN:
                return
            client = _client()
            allow(key("api", str(client.id)), whole_setting("api_per_minute"), timedelta(minutes=1))
            used(client)
            user_id, name = client.user_id, client.name
            db.session.commit()
    finally:
        db.session.rollback()
    _act_for(user_id, name)


def _act_for(user_id: int, name: str) -> None:
    """From here on with the account's eyes and in the client's name."""
    with scope.everything():
        g.api_user = user = db.session.get(User, user_id)
        seen = scope.of_user(user)
    who = (user_id, f"{name}（接口）"[:60], request.remote_addr or "")
    g.api_tokens = [scope.leave, scope.enter(seen), audit.actor.reset, audit.actor.set(who)]


def _client() -> Any:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    client = client_of(token.strip()) if scheme.lower() == "bearer" and 20 < len(token) < 100 else None
    if client is None:
        allow(visitor("api-failed"), FAILURES, timedelta(minutes=10))
        raise Problem(401, "请在 Authorization 请求头中带上有效的令牌", headers={"WWW-Authenticate": 'Bearer realm="dudao"'})
    return client


def _leave(_error: BaseException | None) -> None:
    undo = g.pop("api_tokens", [])
    for how, token in zip(undo[::2], undo[1::2], strict=True):
        how(token)


def require(permission: str) -> None:
    """403 unless the account holds it."""
    if not g.api_user.may(permission):
        raise Problem(403)
