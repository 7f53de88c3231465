"""On the models' stage (tests/stagehand.py), with roles to lend."""

from tests.stagehand import app, fresh, grant, monday

__all__ = ["app", "fresh", "grant", "monday"]
