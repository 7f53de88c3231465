"""What every kind of matter shows alike: list, record page, verbs, clock and ladder cards."""

from views.matter.panel import MatterPanel, Tab, light_filter

__all__ = ["MatterPanel", "Tab", "light_filter"]
