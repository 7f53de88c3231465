"""A public scanner against the running desk, as a stranger and logged in: nothing of medium weight or above."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.serving import make_server

from models import db
from tests.cast import Cast, login
from tests.panel.browse import ON_SQLITE
from tests.serving import whole

pytestmark = ON_SQLITE
SCANNER = Path(sys.prefix) / "scanner" / "bin" / "wapiti"
MODULES = "exec,file,sql,xss,redirect,crlf,csp,http_headers,cookieflags,csrf,methods"
MEDIUM = 2  # of 1 low to 4 critical
SECONDS = 20  # for crawling; each kind of attack has half of it


@pytest.fixture
def running(app: Flask, cast: Cast) -> Iterator[str]:
    """The desk behind a real socket, with some rows to find."""
    cast.accepted()
    cast.ticket()
    db.session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, partial(whole, app), threaded=True)
    server.daemon_threads = False  # closing waits for what the scanner has asked last: the next test has the same database
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()
    app.config["WTF_CSRF_ENABLED"] = False


def scan(address: str, folder: Path, *more: str) -> dict[str, list[dict[str, object]]]:
    """Kind of finding → findings."""
    report = folder / "report.json"
    line = [str(SCANNER), "-u", address, "-m", MODULES, "-f", "json", "-o", str(report), "--store-session", str(folder), "--store-config",
            str(folder), "--no-bugreport", "-v", "0", "-d", "2", "--max-links-per-page", "15", "--max-parameters", "12",
            "--max-scan-time", str(SECONDS), "--max-attack-time", str(SECONDS // 2), "-x", f"{address}logout", *more]
    done = subprocess.run(line, capture_output=True, text=True, timeout=SECONDS * 15, check=False)
    assert report.exists(), done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(report.read_text("utf-8"))


def weighty(found: dict[str, object]) -> list[object]:
    """What must be mended."""
    return [
        (kind, finding["info"], finding["path"], finding.get("parameter"))
        for kind, findings in found["vulnerabilities"].items() for finding in findings if finding["level"] >= MEDIUM
    ]


def test_a_stranger_with_a_scanner_finds_nothing(running, tmp_path):
    found = scan(running, tmp_path)
    assert found["infos"]["crawled_pages_nbr"] >= 1
    assert weighty(found) == []


def test_a_colleague_with_a_scanner_finds_nothing(running, tmp_path, app):
    app.config["WTF_CSRF_ENABLED"] = False
    client = login(app.test_client(), "supervisor")
    app.config["WTF_CSRF_ENABLED"] = True
    cookie = client.get_cookie("session")
    found = scan(running, tmp_path, "-H", f"Cookie: session={cookie.value}")
    assert found["infos"]["crawled_pages_nbr"] > 5
    assert weighty(found) == []
