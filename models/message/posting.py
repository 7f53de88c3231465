"""Handing one message over: to an SMTP server, or to a group robot in the format of 钉钉 or 政务微信."""

import base64
import hashlib
import hmac
import json
import os
import smtplib
import socket
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from models.message.records import OutboxMessage, Way
from models.setting import setting, whole_setting

SECONDS = 20


class NotSent(Exception):
    """It did not go; the text says why, without passwords and addresses."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A robot that points elsewhere is not followed."""

    def redirect_request(self, *_: object) -> None:
        return None


def post(message: "Posting") -> None:
    """Hand it over, or raise NotSent. No database transaction should be open meanwhile."""
    try:
        (_mail if message.way == Way.MAIL else _robot)(message)
    except NotSent:
        raise
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"邮件服务器拒绝：{error.smtp_code}") from error
    except (smtplib.SMTPException, urllib.error.URLError, OSError, ValueError) as error:
        raise NotSent(f"没有连上：{why(error)}") from error


WORDS = (  # the first that fits
    (TimeoutError, f"对方{SECONDS}秒内没有应答"), (ConnectionRefusedError, "对方拒绝连接，请核对端口"), (ssl.SSLError, "加密连接或证书不符"),
    (socket.gaierror, "找不到这个服务器地址"), (ConnectionError, "连接中途断开"), (smtplib.SMTPException, "邮件服务器答复异常"), (ValueError, "地址填写不正确"),
)


def why(error: BaseException) -> str:
    """What kept two machines apart, in words an official can pass on."""
    inner = error.reason if isinstance(error, urllib.error.URLError) and isinstance(error.reason, BaseException) else error
    return next((words for kind, words in WORDS if isinstance(inner, kind)), "网络不通")


class Posting:
    """What is needed to send, read from the row and the settings so that the transaction can end."""

    def __init__(self, row: OutboxMessage) -> None:
        self.way, self.subject, self.body, self.key = row.way, row.subject, row.body, row.key
        self.address = row.user.email if row.user and row.user.is_active else None
        names = ("smtp_host", "smtp_security", "smtp_user", "smtp_from") if row.way == Way.MAIL else ("robot_url", "robot_format")
        self.how = {name: setting(name).strip() for name in names}
        self.port, self.made_at = whole_setting("smtp_port"), row.made_at


def _mail(posting: Posting) -> None:
    how = posting.how
    if not (how["smtp_host"] and how["smtp_from"]):
        raise NotSent("没有填写邮件服务器或发件地址")
    if "@" not in (posting.address or ""):
        raise NotSent("收件人已停用、没有邮箱，或邮箱因密钥不符读不出")
    name, _, domain = how["smtp_from"].partition("@")
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = posting.subject, posting.address, Address("督导台", name, domain)
    mail["Date"], mail["Auto-Submitted"] = format_datetime(posting.made_at), "auto-generated"
    mail["Message-ID"] = f"<{hashlib.sha256(posting.key.encode()).hexdigest()[:32]}@{domain}>"  # the same when sent twice
    mail.set_content(posting.body)
    context = ssl.create_default_context()
    secure = how["smtp_security"].upper()
    server = smtplib.SMTP_SSL if secure == "SSL" else smtplib.SMTP
    with server(how["smtp_host"], posting.port, timeout=SECONDS, **({"context": context} if secure == "SSL" else {})) as smtp:
        if secure == "STARTTLS":
            smtp.starttls(context=context)
        if how["smtp_user"]:
            smtp.login(how["smtp_user"], os.environ.get("SMTP_PASSWORD", ""))
        smtp.send_message(mail)


def _robot(posting: Posting) -> None:
    url, ding = posting.how["robot_url"], posting.how["robot_format"] == "钉钉"
    if not url.startswith(("https://", "http://")):
        raise NotSent("没有填写机器人地址")
    if ding:
        said = {"msgtype": "markdown", "markdown": {"title": posting.subject, "text": f"### {posting.subject}\n{posting.body}"}}
        url += signature(os.environ.get("ROBOT_SECRET", ""))
    else:
        said = {"msgtype": "markdown", "markdown": {"content": f"**{posting.subject}**\n{posting.body}"}}
    request = urllib.request.Request(
        url, json.dumps(said, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"}, method="POST"
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
            told = json.loads(answer.read(10_000) or b"{}")
    except urllib.error.HTTPError as error:
        error.close()
        raise NotSent(f"机器人拒绝：HTTP {error.code}") from None
    if not isinstance(told, dict) or told.get("errcode", 0) != 0:
        raise NotSent(f"机器人拒绝：{told.get('errcode') if isinstance(told, dict) else '答复看不懂'}")


def signature(secret: str) -> str:
    """The signed tail of a 钉钉 address: HMAC-SHA256 over millisecond stamp and secret; "" without a secret."""
    if not secret:
        return ""
    stamp = str(round(time.time() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"&timestamp={stamp}&sign={urllib.parse.quote_plus(base64.b64encode(digest))}"
