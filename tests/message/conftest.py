"""A real mail server and a real robot on the loopback, and a Monday morning on which something is late."""

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from models import db
from models.now import as_of
from tests.duties.desk import day
from tests.panel.conftest import desk, guarded

__all__ = ["desk", "guarded"]


class Mailbox:
    """Keeps what arrives; `refuse` is what it says instead."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.refuse = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """One mail."""
        if self.refuse:
            return self.refuse
        self.got.append(envelope)
        return "250 OK"


@pytest.fixture
def post_office(app) -> Iterator[Mailbox]:
    """The settings lead to it."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.where = {"mail_on": "是", "smtp_host": "127.0.0.1", "smtp_port": str(port), "smtp_from": "dudao@example.gov.cn"}
    yield box
    controller.stop()


class Robot(http.server.BaseHTTPRequestHandler):
    """Keeps what is posted; answers what it is told to."""

    got: list[tuple[str, dict[str, Any]]]
    answer: tuple[int, dict[str, Any]]

    def do_POST(self) -> None:
        """One message."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).got.append((self.path, body))
        status, said = type(self).answer
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def robot() -> Iterator[type[Robot]]:
    """Listening."""
    kind = type("OwnRobot", (Robot,), {"got": [], "answer": (200, {"errcode": 0, "errmsg": "ok"})})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    kind.url = f"http://127.0.0.1:{server.server_port}/robot/send?access_token=geheim"
    yield kind
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def late(cast) -> Iterator[Any]:
    """A demand of 甲局 that is overdue on a working day at nine; 甲局's clerk and a leader have addresses."""
    with as_of(day("2024-07-22 10:00")):
        ticket = cast.accepted(title="联系人13812345678反映稳岗返还未到账", enterprise_name="演示远航科技有限公司", contact_phone="13812345678")
        cast.jia_clerk.email, cast.leader.email = "jia@example.gov.cn", "leader@example.gov.cn"
        db.session.commit()
    with as_of(day("2024-08-05 09:00")):
        yield ticket



