"""Enterprises at their telephones: browsers without log-in, and the desk they write to."""

from tests.panel.conftest import desk, guarded, quick_press

__all__ = ["desk", "guarded", "quick_press"]
