"""A WSGI app behind a socket, for tests with browsers and scanners that hang up when they have seen enough."""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication


def whole(app: WSGIApplication, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """The answer read to its end and closed.

    Werkzeug's server leaves a file it was sending open when the browser has hung up; the tests take an open file for a fault.
    """
    answer = app(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        if hasattr(answer, "close"):
            answer.close()
