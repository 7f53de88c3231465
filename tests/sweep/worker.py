"""What each of two processes does: sweep as of one moment, again and again."""

import tempfile
from pathlib import Path

from models import scope
from models.sweep import sweep
from tests.conftest import make_app
from tests.flow.desk import day


def sweep_at(url: str, moments: list[str]) -> list[dict[str, int]]:
    """One sweep after another; what each did, by label, for the effects that propose."""
    with tempfile.TemporaryDirectory() as folder, make_app(Path(folder), url).app_context(), scope.everything():
        done = [sweep(day(moment)) for moment in moments]
    return [{label: count for label, count in found.items() if label.startswith("拟办")} for found in done]
