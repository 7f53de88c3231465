"""Answers of a survey from the interviewers' list (N5): one an enterprise and survey."""

from collections.abc import Iterator
from typing import Any

from models.asks import Ask
from models.base import db
from models.importing import Import
from models.now import now
from models.survey import Survey, SurveyAnswer
from models.ticket.states import Satisfaction

DISPLEASED = (Satisfaction.NOT, Satisfaction.VERY_NOT)


class AnswerImport(Import):
    """The survey may be chosen once for the whole file; a day nobody wrote down is the survey's last."""

    filled = frozenset({"survey", "answered_on"})
    asks = (Ask("调查", help="表中没有“调查”一列的，都按这里所选").bind("survey", Survey, None),)

    def fill(self, values: dict[str, Any], about: dict[str, Any]) -> None:
        """Survey and day."""
        if about.get("survey"):
            values.setdefault("survey_id", about["survey"])
        if values.get("survey_id") and not values.get("answered_on"):
            survey = db.session.get(Survey, values["survey_id"])
            values["answered_on"] = min(survey.ends_on, now().date()).isoformat()

    def check(self, values: dict[str, Any], target: int | None) -> Iterator[str]:
        """A complaint has a reason, and nothing is answered tomorrow."""
        if values.get("satisfaction") in DISPLEASED and not values.get("reason") and not (target and db.session.get(SurveyAnswer, target).reason):
            yield "不满意的须写明意见建议"
        if values["answered_on"] > now().date().isoformat():
            yield f"调查日期“{values['answered_on']}”晚于今天"
