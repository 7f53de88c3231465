"""Imports of registers from workbooks: declared on the panel, read, judged, entered, undone (users.md §1 Excel)."""

from models.importing.judging import Verdict
from models.importing.keeping import forget_imports
from models.importing.plan import PAGE_NAMES, Import, plans
from models.importing.run import ImportRow, ImportRun, RunState
from models.importing.word import ImportWord
from models.importing.worker import run_waiting

__all__ = ["PAGE_NAMES", "Import", "ImportRow", "ImportRun", "ImportWord", "RunState", "Verdict", "forget_imports", "plans", "run_waiting"]
