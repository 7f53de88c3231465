"""Error pages: plain Chinese, a trace number, two ways out; blames nobody and shows no internals."""

import errno
import secrets

from flask import Flask, current_app, redirect, render_template, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from models import db, replica, scope
from models.errors import Refused
from models.public.limits import TooOften
from models.setting import setting
from models.store import StoreDown
from views.api.gate import is_api_path, problem
from views.public import is_public_path
from views.security import STATIC

WORDS = {
    400: ("这个请求没有看懂", "请返回上一页，从页面上的按钮重新进入。"),
    403: ("您没有这项权限", "需要时请联系安全管理员授权。"),
    404: ("找不到这条记录", "可能已不在您的范围内，或链接不完整。"),
    405: ("这个地址不能直接打开", "请从页面上的按钮进入。"),
    409: ("现在不能这样办理", "请返回上一页刷新后再试。"),
    413: ("提交的内容太大", "单个附件不超过20 MB，全部不超过64 MB；请压缩或分次上传。"),
    429: ("操作太频繁", "请过一会儿再试。"),
    500: ("系统出了问题，刚才的操作没有生效", "什么都没有改动；请稍后再试，仍不行请把追查编号告诉系统管理员。"),
    503: ("系统正忙", "什么都没有改动；请稍等片刻再试。"),
}


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(TooOften, _too_often)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(NoConnection, _busy)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(StoreDown, _store)
    if not app.testing:
        app.register_error_handler(Exception, _crash)


def _page(code: int, sentence: str = "", advice: str = "") -> tuple[str, int]:
    trace = secrets.token_hex(4)
    words = WORDS.get(code, WORDS[400 if code < 500 else 500])
    facts = {"code": code, "sentence": sentence or words[0], "advice": advice or words[1], "trace": trace}
    current_app.logger.info("%s %s %s trace=%s", code, request.method, request.path, trace)
    template = "public/error.html" if is_public_path(request.path) else "errors/error.html"
    if code >= 500 or scope.current() is None:
        # Nobody has come in yet, or what failed may fail again: without the menu, which would ask the database.
        return current_app.jinja_env.get_template(template).render(facts), code
    user = current_user if current_user and current_user.is_authenticated else None
    if user is None or is_public_path(request.path):
        return render_template(template, **facts), code
    about = f"{user.unit or '全区'} · {user.role_label}" if code == 404 else ""
    # Rendered by a page that stands in no menu: the menu stays, nothing in it is lit.
    page = next(view for view in current_app.extensions["admin"][0]._views if view.endpoint == "help")
    return page.render(template, scope=about, contact=whom_to_ask(), **facts), code


def whom_to_ask() -> str:
    """Who helps, with the telephone number of the settings."""
    return f"请联系系统管理员（权限问题找安全管理员），电话 {setting('contact')}"


def _http(error: HTTPException) -> object:
    if is_api_path(request.path):  # no such address there
        return problem(error.code or 500)
    if error.code is None or error.code < 400 or request.endpoint in STATIC:  # a missing style sheet needs no page
        return error
    return _page(error.code)


def _csrf(_error: CSRFError) -> tuple[str, int]:
    return _page(400, "页面已过期，刚才的内容没有提交", "请返回上一页，刷新后重新提交；填写的内容还在页面上。")


def _refused(error: Refused) -> tuple[str, int]:
    db.session.rollback()
    return _page(409, str(error))


def _too_often(error: TooOften) -> tuple[str, int, dict[str, str]]:
    db.session.rollback()
    return *_page(429, str(error)), {"Retry-After": str(error.seconds)}


NO_ROOM = ("服务器磁盘空间不足，刚才的操作没有生效", "什么都没有改动；请告知系统管理员清理后再试。")
NO_STORE = ("附件存储现在用不了，文件暂时打不开", "什么都没有改动；请稍后再试，仍不行请告知系统管理员。")
READ_ONLY = ("服务器磁盘现在不能写入，刚才的操作没有生效", "什么都没有改动；请告知系统管理员。")


def _storage(error: BaseException) -> tuple[str, str] | None:
    """What is wrong with the disk, in words; None when it is something else."""
    cause = getattr(error, "orig", None) or error
    number, words = getattr(cause, "errno", None), str(cause).lower()
    if number in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in words or "no space left" in words:
        return NO_ROOM
    # On a read-only disk SQLite cannot even make the files beside the database that reading needs.
    refused = ("readonly database", "read-only", "unable to open database")
    return READ_ONLY if number == errno.EROFS or any(said in words for said in refused) else None


def _from_primary(error: Exception) -> object:
    """The replica failed in the middle of a page: the browser asks once more, and the primary answers."""
    db.session.rollback()
    replica.rest(f"{type(error).__name__}: {error}".splitlines()[0][:200])
    return redirect(request.full_path)


def _busy(error: Exception) -> object:
    if replica.in_use():
        return _from_primary(error)
    db.session.rollback()
    current_app.logger.exception("database refused")
    return problem(503) if is_api_path(request.path) else _page(503, *(_storage(error) or ()))


def _database(error: DBAPIError) -> object:
    if replica.in_use():  # it may lack what an upgrade has just made
        return _from_primary(error)
    if current_app.testing:
        raise error
    return _crash(error)


def _disk(error: OSError) -> object:
    if _storage(error) is None:
        if current_app.testing:
            raise error
        return _crash(error)
    return _busy(error)


def _store(error: StoreDown) -> object:
    db.session.rollback()
    current_app.logger.error("file store: %s", error)
    return problem(503) if is_api_path(request.path) else _page(503, *NO_STORE)


def _crash(error: Exception) -> object:
    db.session.rollback()
    current_app.logger.exception("crash: %s", type(error).__name__)
    return problem(500) if is_api_path(request.path) else _page(500)
