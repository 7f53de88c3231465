"""It is Monday morning (tests/stagehand.py)."""

from tests.stagehand import monday

__all__ = ["monday"]
