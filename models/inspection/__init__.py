"""Inspections (无事不扰、集约检查, I1–I10): plans, joint visits, draws, protection, coercion, requests, case files."""

from models.inspection import reports, sentences, visibility
from models.inspection.casefile import CaseFile, CaseReview, ReviewState
from models.inspection.coercion import CoerciveMeasure, LeniencyItem, ObservationPeriod
from models.inspection.draw import RandomDraw
from models.inspection.field import InspectionField, Inspector
from models.inspection.inspection import Inspection
from models.inspection.joint import JointInspection
from models.inspection.quiet import QuietDay
from models.inspection.request import EnterpriseRequest, RequestState
from models.inspection.states import InspectionState, JointState
from models.inspection.target import Hazard, InspectionTarget, Penalty

__all__ = [
    "CaseFile", "CaseReview", "CoerciveMeasure", "EnterpriseRequest", "Hazard", "Inspection", "InspectionField", "InspectionState",
    "InspectionTarget", "Inspector", "JointInspection", "JointState", "LeniencyItem", "ObservationPeriod", "Penalty", "QuietDay",
    "RandomDraw", "RequestState", "ReviewState", "reports", "sentences", "visibility",
]
