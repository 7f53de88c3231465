"""Liaison officers, visits, the ledger of difficult problems (N4, O7)."""

from models.visit.difficulty import Difficulty, Origin, raise_difficulty
from models.visit.liaison import Liaison
from models.visit.visit import Visit, VisitWay

__all__ = ["Difficulty", "Liaison", "Origin", "Visit", "VisitWay", "raise_difficulty"]
