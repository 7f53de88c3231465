"""The log: one line a request and whatever goes wrong, as plain text or as JSON, and no personal data in it.

LOG_FORMAT=json writes one object a line; LOG_FILE names a file (reopened when logrotate has moved it), otherwise it is
stderr. Telephone numbers are masked in every line, traces included, and so are the codes that open a letter to whoever holds its paper;
queries and form values are never written.
GB/T 22239-2019 8.1.4.11 个人信息保护
"""

import json
import logging
import os
import re
import sys
import time
from logging.handlers import WatchedFileHandler
from typing import Any

from flask import Flask, Response, g, request
from flask.logging import default_handler

from models.codes import mask_numbers
from models.now import TZ, now

ACCESS = logging.getLogger("access")
FACTS = ("method", "path", "status", "ms", "address", "user")
# What PostgreSQL adds to a refusal quotes the row.
_QUOTED = re.compile(r"^(?:DETAIL|CONTEXT):.*$", re.MULTILINE)
# Who reads the log does not thereby hold the paper (views/verify.py).
_CODE = re.compile(r"(?<=/verify/)[^/\s?\"']+")
_handler: list[logging.Handler] = []


def clean(text: str) -> str:
    """Text as it may stand in a log."""
    return mask_numbers(_CODE.sub("…", _QUOTED.sub("", text)))


class Plain(logging.Formatter):
    """time LEVEL logger: message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self.converter = lambda seconds: time.gmtime(seconds + TZ.utcoffset(now()).total_seconds())

    def format(self, record: logging.LogRecord) -> str:
        """One record; line breaks only inside a trace."""
        return clean(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The first line: what a visitor has put into an address does not look like a line of its own."""
        return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]", "?", super().formatMessage(record))


class Json(logging.Formatter):
    """One object a line: at, level, logger, message, of a request its facts, of a failure its trace."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        facts: dict[str, Any] = {"at": f"{now():%Y-%m-%dT%H:%M:%S%z}", "level": record.levelname, "logger": record.name,
                                 "message": clean(record.getMessage())}
        facts |= {name: clean(value) if isinstance(value := getattr(record, name), str) else value for name in FACTS if hasattr(record, name)}
        if record.exc_info:
            facts["trace"] = clean(self.formatException(record.exc_info))
        return json.dumps(facts, ensure_ascii=False)


def speak() -> None:
    """Send what this process logs where the environment says; called again it changes nothing but the place."""
    file = os.environ.get("LOG_FILE")
    handler = WatchedFileHandler(file, encoding="utf-8") if file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if os.environ.get("LOG_FORMAT") == "json" else Plain())
    root = logging.getLogger()
    for old in _handler:
        root.removeHandler(old)
        old.close()
    _handler[:] = [handler]
    root.addHandler(handler)
    ACCESS.setLevel(logging.INFO)


def init_app(app: Flask) -> None:
    """Before everything else that looks at a request, so that its whole time is counted."""
    if not app.testing:
        speak()
    app.logger.removeHandler(default_handler)
    app.logger.setLevel(logging.INFO)
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    request.environ["dudao.begun"] = time.perf_counter()


def spent() -> float:
    """Seconds since this request began."""
    return time.perf_counter() - request.environ.get("dudao.begun", time.perf_counter())


def _end(response: Response) -> Response:
    row = g.get("session_row")
    facts = {"method": request.method, "path": clean(request.path), "status": response.status_code, "ms": round(spent() * 1000),
             "address": request.remote_addr or "", "user": row["user_id"] if row else None}
    ACCESS.info("%s %s %s %sms %s user=%s", *(facts[name] for name in FACTS), extra=facts)
    return response
