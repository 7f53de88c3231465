"""Blue, yellow, red: every unit and indicator each month, by rules that are data (A4, A7, A8)."""

from models.rating import five, monthly, people
from models.rating.compute import rate_month
from models.rating.problem import IndicatorProblem
from models.rating.rule import Rated, RatingRule
from models.rating.score import UnitRating

__all__ = ["IndicatorProblem", "Rated", "RatingRule", "UnitRating", "five", "monthly", "people", "rate_month"]
