"""The desks of tests/panel, on a fresh database for each file."""

from tests.panel.conftest import desk, guarded, quick_press, world

__all__ = ["desk", "guarded", "quick_press", "world"]
