"""Good rows of the supervision tables, and what spoils them; read by the constraint test here."""

from datetime import UTC, date, datetime
from typing import Any

NOW = datetime(2024, 8, 5, 1, 0, tzinfo=UTC)
DAY, LATER, EARLIER = date(2024, 8, 5), date(2024, 8, 12), date(2024, 8, 1)

# Only what has no default. {table} stands for the id of the good row of that table.
GOOD: dict[str, dict[str, Any]] = {
    "unit": {"code": "t-unit", "name": "测试局", "kind": "GOVERNMENT"},
    "user_account": {"username": "t-user", "name": "演示-测试", "created_at": NOW},
    "matter": {"kind": "problem", "number": "T-1", "title": "测试", "state": "OPEN", "opened_at": NOW},
    "campaign": {"code": "t", "name": "专项", "starts_on": DAY, "ends_on": LATER},
    "checklist_item": {"code": "t", "content": "事项"},
    "supervision_check": {"held_on": DAY, "unit_id": "{unit}", "method": "ROUTINE"},
    "problem": {"id": "{matter}", "content": "事实", "source": "OTHER"},
    "look_back": {"problem_id": "{problem}", "at": NOW, "by_id": "{user_account}", "result": "REAL", "note": "真改"},
    "lead": {"id": "{matter}", "content": "内容", "source": "REPORT"},
    "lead_reader": {"lead_id": "{lead}", "user_id": "{user_account}", "named_by_id": "{user_account}", "named_at": NOW},
    "inquiry_session": {"name": "场次", "held_on": DAY, "kind": "RATING"},
    "major_project": {"name": "项目", "kind": "GOVERNMENT", "level": "DISTRICT", "lead_id": "{unit}"},
    "milestone": {"id": "{matter}", "project_id": "{major_project}", "focus": "FUNDS", "planned_on": DAY},
    "approval_item": {"code": "t", "name": "事项", "unit_id": "{unit}", "promised_days": 5},
    "approval_case": {"id": "{matter}", "item_id": "{approval_item}", "applicant": "演示企业", "promised_days": 5},
    "online_test": {"batch": "b", "seed": 1, "drawn_on": DAY, "item_id": "{approval_item}", "result": "PENDING"},
    "reform_item": {"kind": "POWER", "title": "事项", "unit_id": "{unit}"},
    "concentration": {"unit_id": "{unit}", "batch": "首批"},
    "parallel_approval": {"name": "并联", "lead_id": "{unit}"},
    "public_trade": {"code": "t", "title": "交易", "kind": "WORKS", "supervised": "INSIDE"},
    "suggestion": {"made_on": DAY, "unit_id": "{unit}", "content": "建议", "adoption": "PENDING"},
}
# constraint → (table, the good row spoilt in one place)
BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "ck_approval_case_pause_not_negative": ("approval_case", {"paused_days": -1}),
    "ck_approval_item_green_is_quicker": ("approval_item", {"green_days": 6}),
    "ck_approval_item_promise_sane": ("approval_item", {"promised_days": 0}),
    "ck_approval_item_promise_within_law": ("approval_item", {"legal_days": 4}),
    "ck_campaign_days_in_order": ("campaign", {"ends_on": EARLIER}),
    "ck_concentration_items_add_up": ("concentration", {"items_in": 1}),
    "ck_inquiry_session_attendees_not_negative": ("inquiry_session", {"attendees": -1}),
    "ck_inquiry_session_votes_add_up": ("inquiry_session", {"approved": 1}),
    "ck_lead_assessed_before_transfer": ("lead", {"organ": "COURT"}),
    "ck_lead_assessment_has_opinion": ("lead", {"opinion": "意见"}),
    "ck_lead_outcome_after_transfer": ("lead", {"outcome": "TALK"}),
    "ck_look_back_round_positive": ("look_back", {"round": 0}),
    "ck_major_project_days_in_order": ("major_project", {"starts_on": LATER, "ends_on": DAY}),
    "ck_major_project_investment_not_negative": ("major_project", {"investment": -1}),
    "ck_matter_approval_state": ("matter", {"kind": "approval"}),
    "ck_matter_lead_state": ("matter", {"kind": "lead"}),
    "ck_matter_milestone_state": ("matter", {"kind": "milestone"}),
    "ck_matter_problem_state": ("matter", {"state": "DISPATCHED"}),
    "ck_milestone_result_has_day": ("milestone", {"result": "完成"}),
    "ck_online_test_fault_is_named": ("online_test", {"result": "FAULTY", "tested_on": DAY}),
    "ck_online_test_result_has_day": ("online_test", {"result": "SMOOTH"}),
    "ck_parallel_approval_after_positive": ("parallel_approval", {"days_after": 0}),
    "ck_parallel_approval_before_positive": ("parallel_approval", {"days_before": 0}),
    "ck_problem_check_is_named": ("problem", {"source": "CHECK"}),
    "ck_problem_look_back_after_acceptance": ("problem", {"look_back_due_at": NOW}),
    "ck_problem_relapses_not_negative": ("problem", {"relapses": -1}),
    "ck_problem_session_is_named": ("problem", {"source": "RATING"}),
    "ck_public_trade_amount_not_negative": ("public_trade", {"amount": -1}),
    "ck_public_trade_irregular_says_how": ("public_trade", {"supervised": "IRREGULAR"}),
    "ck_reform_item_published_after_done": ("reform_item", {"published": True}),
    "ck_suggestion_answer_after_suggestion": ("suggestion", {"adoption": "ADOPTED", "answered_on": EARLIER}),
    "ck_suggestion_answer_has_day": ("suggestion", {"adoption": "ADOPTED"}),
    "ck_supervision_check_files_not_negative": ("supervision_check", {"files_read": -1}),
    "ck_supervision_check_interviewed_not_negative": ("supervision_check", {"interviewed": -1}),
}
# unique constraint → (table, columns of the second row that differ)
TWICE: dict[str, tuple[str, dict[str, Any]]] = {
    "uq_approval_item_code": ("approval_item", {"name": "另一事项"}),
    "uq_campaign_code": ("campaign", {"name": "另一专项"}),
    "uq_campaign_name": ("campaign", {"code": "other"}),
    "uq_checklist_item_code": ("checklist_item", {}),
    "uq_concentration_unit_id": ("concentration", {}),
    "uq_inquiry_session_name": ("inquiry_session", {}),
    "uq_lead_reader_lead_id_user_id": ("lead_reader", {}),
    "uq_look_back_problem_id_round": ("look_back", {}),
    "uq_major_project_name": ("major_project", {}),
    "uq_online_test_batch_item_id": ("online_test", {}),
    "uq_parallel_approval_name": ("parallel_approval", {}),
    "uq_public_trade_code": ("public_trade", {}),
    "uq_reform_item_kind_unit_id_title": ("reform_item", {}),
}
