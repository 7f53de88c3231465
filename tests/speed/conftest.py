"""On the models' stage (tests/stagehand.py)."""

from tests.stagehand import app, fresh, monday

__all__ = ["app", "fresh", "monday"]
