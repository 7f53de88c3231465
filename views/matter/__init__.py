"""What every kind of matter shows alike: list, record page, verbs, clock and ladder cards."""

from views.matter.lights import light_filter
from views.matter.panel import MatterPanel, Tab

__all__ = ["MatterPanel", "Tab", "light_filter"]
