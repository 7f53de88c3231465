"""The import of any register: upload, preview, confirmation, bad rows back, undoing; what other systems call our columns."""

from views.importing.panel import ImportPanel
from views.importing.word import WordPanel

__all__ = ["ImportPanel", "WordPanel"]
