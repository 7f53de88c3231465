"""涉企检查: the panels of this subject in menu order (I1–I10)."""

from typing import Any

import models as m
from views.inspection import registers as r
from views.inspection.cases import CasePanel, ReviewPanel
from views.inspection.draw import DrawPanel
from views.inspection.joint import JointPanel
from views.inspection.panel import InspectionPanel
from views.inspection.requests import RequestPanel

MENU = "涉企检查"
ICONS = {
    "inspection": "clipboard-check", "joint": "people-fill", "draw": "arrow-repeat", "target": "building", "hazard": "flag",
    "penalty": "journal-text", "request": "inbox", "review": "check-lg", "case": "journal-text", "quiet": "calendar-check",
    "inspector": "people", "inspection_field": "funnel", "coercion": "lock", "observation": "eye", "leniency": "shield-check",
}


def panels() -> list[Any]:
    """Every panel of the group."""
    return [
        InspectionPanel(m.Inspection, "检查计划", endpoint="inspection", category=MENU),
        JointPanel(m.JointInspection, "联合检查", endpoint="joint", category=MENU),
        DrawPanel(m.RandomDraw, "双随机抽取", endpoint="draw", category=MENU),
        r.TargetPanel(m.InspectionTarget, "入企检查明细", endpoint="target", category=MENU),
        r.HazardPanel(m.Hazard, "隐患和复查", endpoint="hazard", category=MENU),
        r.PenaltyPanel(m.Penalty, "处理决定", endpoint="penalty", category=MENU),
        RequestPanel(m.EnterpriseRequest, "涉企报送考评", endpoint="request", category=MENU),
        ReviewPanel(m.CaseReview, "案卷评查", endpoint="review", category=MENU),
        CasePanel(m.CaseFile, "执法案卷", endpoint="case", category=MENU),
        r.CoercionPanel(m.CoerciveMeasure, "强制措施", endpoint="coercion", category=MENU),
        r.ObservationPanel(m.ObservationPeriod, "执法观察期", endpoint="observation", category=MENU),
        r.LeniencyPanel(m.LeniencyItem, "包容审慎清单", endpoint="leniency", category=MENU),
        r.QuietPanel(m.QuietDay, "静工日", endpoint="quiet", category=MENU),
        r.InspectorPanel(m.Inspector, "检查人员", endpoint="inspector", category=MENU),
        r.FieldPanel(m.InspectionField, "监管领域", endpoint="inspection_field", category=MENU),
    ]
