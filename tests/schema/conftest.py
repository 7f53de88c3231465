"""The schema is tried on rows that are rolled back (tests/stagehand.py)."""

from tests.stagehand import app, fresh

__all__ = ["app", "fresh"]
