"""The product on a loopback port, on a database file of its own, at a moment the test chooses."""

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from app import create_app
from migrations import upgrade
from models import db, scope
from models.now import TZ, as_of
from models.sweep import sweep
from seeds.loader import load_packs
from tests.cast import Cast, hire
from tests.serving import whole

OPENING = "2024-05-22 10:15"  # a Wednesday


def moment(text: str) -> datetime:
    """`2024-05-22 10:15`, local time."""
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


class Desk:
    """Serves the app as it is delivered: CSRF, log-in, policy headers, a SQLite file.

    Requests are served one after another, so that the file can be exchanged and the clock set between them.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / "desk.db"
        self.app = create_app({"INSTANCE_PATH": str(folder), "SQLALCHEMY_DATABASE_URI": f"sqlite:///{self.file}", "SECRET_KEY": "desk"})
        self.lock, self.moment = threading.Lock(), moment(OPENING)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.server = make_server("127.0.0.1", 0, self._serve, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        with as_of(self.moment):
            upgrade(self.app)
            with self.app.app_context(), scope.everything():
                load_packs(db.session)
                hire()
                db.session.commit()
        self.plain = self.keep("plain")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Any:
        with self.lock, as_of(self.moment):
            return whole(self.app, environ, start_response)

    def close(self) -> None:
        """Stop serving and let go of the file."""
        self.server.shutdown()
        self.server.server_close()
        self._let_go()

    def _let_go(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def keep(self, name: str) -> Path:
        """A copy of the database as it is now, to begin tests from."""
        self._let_go()
        return Path(shutil.copy(self.file, self.file.with_name(f"{name}.template")))

    def renew(self, template: Path) -> None:
        """Everything as in the template, Wednesday morning."""
        with self.lock:
            self._let_go()
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.file}{suffix}").unlink(missing_ok=True)
            shutil.copy(template, self.file)
            self.moment = moment(OPENING)

    @contextmanager
    def at_work(self, when: str | None = None) -> Iterator[Cast]:
        """The cast may press verbs in Python, at `when`; committed at the end."""
        with self.lock, as_of(moment(when) if when else self.moment), self.app.app_context(), scope.everything():
            yield Cast()
            db.session.commit()
            db.session.remove()

    def sweep(self, when: str) -> dict[str, int]:
        """The clock moves to `when` and the sweep runs."""
        self.moment = moment(when)
        with self.lock, as_of(self.moment), self.app.app_context():
            done = sweep(self.moment)
            db.session.remove()
            return done
