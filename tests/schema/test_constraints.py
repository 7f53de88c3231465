"""Every CHECK and UNIQUE of the schema refuses its bad row, by its name, and has its Chinese sentence."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.base import Choice, db
from models.sentences import SENTENCES, UNKNOWN, sentence_for
from tests.schema import bad_mechanisms
from tests.schema.moments import EARLIER, LATER, NOW, TODAY
from tests.schema.rows import GOOD, PDF, Rows

LIMIT = {"limit_amount": 3, "limit_unit": "WORKDAY"}
RUNG = {"rung": 1, "measure": "SUPERVISE", **LIMIT}
OUT = {**RUNG, "state": "ISSUED", "decided_at": NOW}

# constraint → (table, the good row spoilt in one place)
BAD = {
    "ck_accountability_action_closed_has_time": ("accountability_action", {"state": "CLOSED", "decided_at": NOW}),
    "ck_accountability_action_decided_has_time": ("accountability_action", {"state": "ISSUED"}),
    "ck_accountability_action_declined_has_reason": ("accountability_action", {"state": "DECLINED", "decided_at": NOW}),
    "ck_accountability_action_limit_whole": ("accountability_action", {"limit_amount": 3}),
    "ck_accountability_action_rung_has_limit": ("accountability_action", {"rung": 1, "measure": "SUPERVISE"}),
    "ck_accountability_action_rung_of_measure": ("accountability_action", RUNG | {"measure": "ACCOUNT"}),
    "ck_attachment_hash_length": ("attachment", {"sha256": "0" * 63}),
    "ck_attachment_one_holder": ("attachment", {"visit_id": "{visit}"}),
    "ck_attachment_size_positive": ("attachment", {"size": 0}),
    "ck_callback_reached_is_asked": ("callback", {"reached": True}),
    "ck_callback_unreached_says_nothing": ("callback", {"satisfaction": "VERY"}),
    "ck_delegation_days_in_order": ("delegation", {"starts_on": TODAY + timedelta(days=1)}),
    "ck_delegation_two_people": ("delegation", {"stand_in_id": "{user_account}"}),
    "ck_deferral_decision_has_time": ("deferral", {"decision": "AGREE"}),
    "ck_deferral_promise_ahead": ("deferral", {"promised_at": EARLIER}),
    "ck_deferral_signed_by_another": ("deferral", {"decision": "AGREE", "decided_at": NOW, "decided_by_id": "{user_account}"}),
    "ck_enterprise_code_length": ("enterprise", {"credit_code": "123"}),
    "ck_escalation_rule_limit_sane": ("escalation_rule", LIMIT | {"limit_amount": 401}),
    "ck_escalation_rule_limit_whole": ("escalation_rule", {"limit_unit": "WORKDAY"}),
    "ck_escalation_rule_rung_has_letter_and_limit": ("escalation_rule", RUNG),
    "ck_escalation_rule_rung_of_measure": ("escalation_rule", {"measure": "LIST"}),
    "ck_escalation_rule_threshold_not_negative": ("escalation_rule", {"threshold": -1}),
    "ck_exemption_checked_by_another": ("exemption", {"decision": "AGREE", "decided_at": NOW, "decided_by_id": "{user_account}"}),
    "ck_exemption_decision_has_time": ("exemption", {"decided_at": NOW}),
    "ck_extension_decided_by_another": ("extension", {"decision": "AGREE", "decided_at": NOW, "decided_by_id": "{user_account}"}),
    "ck_extension_decision_has_time": ("extension", {"decision": "REFUSE"}),
    "ck_extension_extends": ("extension", {"due_asked": NOW}),
    "ck_indicator_result_period_is_a_month": ("indicator_result", {"period": "2024年"}),
    "ck_indicator_result_rank_positive": ("indicator_result", {"city_rank": 0}),
    "ck_indicator_targets_in_order": ("indicator", {"best_rank": 4}),
    "ck_letter_template_reply_days_sane": ("letter_template", {"reply_days": 0}),
    "ck_matter_closed_after_opened": ("matter", {"closed_at": EARLIER}),
    "ck_matter_counters": ("matter", {"returns": -1}),
    "ck_matter_deadline_limit_whole": ("matter_deadline", {"amount": 5}),
    "ck_matter_deadline_warning_before_due": ("matter_deadline", {"warn_at": LATER, "due_at": NOW}),
    "ck_matter_ladder_has_rung": ("matter", {"ladder_due_at": LATER}),
    "ck_matter_ladder_range": ("matter", {"ladder": 5}),
    "ck_matter_task_state": ("matter", {"kind": "task", "state": "DISPATCHED"}),
    "ck_matter_ticket_state": ("matter", {"state": "DONE"}),
    "ck_matter_unit_signed_after_assigned": ("matter_unit", {"signed_at": EARLIER}),
    "ck_matter_unit_signed_has_time": ("matter_unit", {"state": "SIGNED"}),
    "ck_matter_warning_before_due": ("matter", {"warn_at": LATER, "due_at": NOW}),
    "ck_notice_issued_is_frozen": ("notice", {"state": "ISSUED"}),
    "ck_notice_number_whole": ("notice", {"number": "示营督〔2024〕1号"}),
    "ck_notice_series_serial_not_negative": ("notice_series", {"last": -1}),
    "ck_notice_series_year_sane": ("notice_series", {"year": 24}),
    "ck_notice_void_has_reason": ("notice", {"state": "VOID"}),
    "ck_number_sequence_serial_not_negative": ("number_sequence", {"last": -1}),
    "ck_outcome_amount_not_negative": ("outcome", {"amount": -1}),
    "ck_responsibility_has_owner": ("responsibility", {"unit_id": None}),
    "ck_responsibility_lead_days_in_a_year": ("responsibility", {"lead_days": 367}),
    "ck_responsibility_quota_positive": ("responsibility", {"quota": 0}),
    "ck_responsibility_recurring_has_rule": ("responsibility", {"kind": "RECURRING"}),
    "ck_service_standard_amount_sane": ("service_standard", {"amount": 0}),
    "ck_service_standard_warning_not_negative": ("service_standard", {"warn_amount": -1}),
    "ck_task_done_not_negative": ("task", {"done": -1}),
    "ck_task_period_known": ("task", {"responsibility_id": "{responsibility}"}),
    "ck_ticket_has_content": ("ticket", {"content": ""}),
    "ck_ticket_not_into_itself": ("ticket", {"merged_into_id": "{matter}"}),
    "ck_ticket_seconds_not_negative": ("ticket", {"answer_seconds": -1}),
    "ck_unit_not_own_parent": ("unit", {"id": 99_001, "parent_id": 99_001}),
    "ck_unit_valid_in_order": ("unit", {"valid_from": LATER.date(), "valid_to": NOW.date()}),
    "ck_user_account_failures_not_negative": ("user_account", {"failed_logins": -1}),
    "ck_user_session_end_has_reason": ("user_session", {"ended_at": NOW}),
} | bad_mechanisms.BAD
# unique constraint or index → (table, columns of the second row that differ, what both rows share)
TWICE = {
    "uq_accountability_action_matter_id_occasion": ("accountability_action", {}, {}),
    "uq_accountability_action_open": ("accountability_action", {"occasion": "p"}, {"rule_id": "{escalation_rule}"}),
    "uq_accountability_action_rung": ("accountability_action", {"occasion": "p"}, OUT),
    "uq_attachment_stored": ("attachment", {}, {}),
    "uq_audit_entry_hash": ("audit_entry", {}, {}),
    "uq_calendar_day_day": ("calendar_day", {}, {}),
    "uq_category_code": ("category", {"name": "另一类"}, {}),
    "uq_category_name": ("category", {"code": "other"}, {}),
    "uq_deferral_pending": ("deferral", {}, {}),
    "uq_enterprise_credit_code": ("enterprise", {}, {}),
    "uq_escalation_rule_code": ("escalation_rule", {}, {}),
    "uq_exemption_pending": ("exemption", {}, {}),
    "uq_extension_pending": ("extension", {}, {}),
    "uq_group_membership_group_id_unit_id": ("group_membership", {"role": "LEAD"}, {}),
    "uq_indicator_code": ("indicator", {"name": "另一指标"}, {}),
    "uq_indicator_name": ("indicator", {"code": "other"}, {}),
    "uq_indicator_result_district": ("indicator_result", {}, {}),
    "uq_indicator_result_indicator_id_period_unit_id": ("indicator_result", {}, {"unit_id": "{unit}"}),
    "uq_letter_template_kind": ("letter_template", {}, {}),
    "uq_matter_number": ("matter", {}, {}),
    "uq_matter_unit_matter_id_unit_id": ("matter_unit", {"role": "CO"}, {}),
    "uq_matter_unit_one_lead": ("matter_unit", {"unit_id": 1}, {}),
    "uq_notice_code": ("notice", {"action_id": None}, {"code": "abc"}),
    "uq_notice_live_letter": ("notice", {}, {}),
    "uq_notice_number": ("notice", {"action_id": None, "serial": 2}, {"number": "x", "year": 2024, "serial": 1}),
    "uq_notice_series_word_year": ("notice_series", {}, {}),
    "uq_notice_word_year_serial": ("notice", {"action_id": None, "number": "y"}, {"word": "测", "year": 2024, "serial": 1, "number": "x"}),
    "uq_number_sequence_name": ("number_sequence", {}, {}),
    "uq_permission_role_id_resource_action": ("permission", {"scope": "ALL"}, {}),
    "uq_responsibility_code": ("responsibility", {}, {}),
    "uq_role_code": ("role", {"name": "另一角色"}, {}),
    "uq_role_name": ("role", {"code": "OTHER"}, {}),
    "uq_service_standard_code": ("service_standard", {}, {}),
    "uq_setting_key": ("setting", {}, {}),
    "uq_source_document_key": ("source_document", {}, {}),
    "uq_stock_phrase_verb_text": ("stock_phrase", {}, {}),
    "uq_task_responsibility_id_owed_by_id_period": (
        "task", {"id": "second"}, {"responsibility_id": "{responsibility}", "owed_by_id": "{unit}", "period": "2024-08"},
    ),
    "uq_ticket_channel_source_number": ("ticket", {"id": "second", "form_token": "g"}, {}),
    "uq_ticket_form_token": ("ticket", {"id": "second", "source_number": "A2"}, {}),
    "uq_unit_alias_alias": ("unit_alias", {}, {}),
    "uq_unit_code": ("unit", {"name": "另一局"}, {}),
    "uq_unit_name": ("unit", {"code": "other"}, {}),
    "uq_user_account_username": ("user_account", {}, {}),
    "uq_user_session_token_hash": ("user_session", {}, {}),
    "uq_work_group_code": ("work_group", {"name": "另一组"}, {}),
    "uq_work_group_name": ("work_group", {"code": "other"}, {}),
} | bad_mechanisms.TWICE
# What a choice needs beside it, lest another CHECK speaks first.
COMPLETE = {
    "ck_accountability_action_limit_unit": {"limit_amount": 3}, "ck_accountability_action_state": {"decided_at": NOW},
    "ck_callback_satisfaction": {"reached": True, "solved": True}, "ck_deferral_decision": {"decided_at": NOW},
    "ck_escalation_rule_limit_unit": {"limit_amount": 3}, "ck_exemption_decision": {"decided_at": NOW},
    "ck_extension_decision": {"decided_at": NOW}, "ck_matter_deadline_unit": {"amount": 5},
    "ck_user_session_ended_why": {"ended_at": NOW}, "ck_notice_state": PDF,
} | bad_mechanisms.COMPLETE
CHOICES = {f"ck_{t.name}_{c.name}": (t.name, c.name) for t in db.metadata.sorted_tables for c in t.columns if isinstance(c.type, Choice)}


@pytest.fixture
def rows(app):
    """Good rows inside a transaction that is rolled back."""
    with db.engine.connect() as connection, connection.begin() as transaction:
        yield Rows(connection)
        transaction.rollback()


def refused(rows, table, values):
    with pytest.raises(IntegrityError) as error, rows.connection.begin_nested():
        rows.connection.execute(sa.insert(db.metadata.tables[table]).values(values))
    return error.value


def named(error, name):
    """PostgreSQL names every constraint; SQLite a CHECK by its name, a UNIQUE by its columns."""
    diag = getattr(error.orig, "diag", None)
    if diag is not None:
        return diag.constraint_name == name
    if name.startswith("ck_"):
        return f": {name}" in str(error.orig)
    table = next(t for t in db.metadata.sorted_tables for c in (*t.constraints, *t.indexes) if c.name == name)
    constraint = next(c for c in (*table.constraints, *table.indexes) if c.name == name)
    wanted = ", ".join(f"{table.name}.{column.name}" for column in constraint.columns)
    return str(error.orig) == f"UNIQUE constraint failed: {wanted}"


def speaks(error):
    """One Chinese sentence without SQL or values."""
    sentence = sentence_for(error)
    assert sentence != UNKNOWN
    assert re.search("[\u4e00-\u9fff]", sentence)
    assert not re.search(r"[a-z_]{3,}", sentence), sentence
    return sentence


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_refused_by_its_check(rows, name):
    table, spoilt = BAD[name]
    error = refused(rows, table, rows.values(table, **spoilt))
    assert named(error, name), error.orig
    assert name not in SENTENCES or sentence_for(error) == SENTENCES[name]
    speaks(error)


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_outside_its_list_is_refused_by_its_check(rows, name):
    table, column = CHOICES[name]
    values = rows.values(table, **COMPLETE.get(name, {})) | {column: sa.literal("NONSENSE")}
    error = refused(rows, table, values)
    assert named(error, name), error.orig
    assert "不在可选范围内" in speaks(error)


@pytest.mark.parametrize("name", TWICE)
def test_a_second_row_of_the_same_key_is_refused_by_its_constraint(rows, name):
    table, differs, shared = TWICE[name]
    rows.add(table, **shared)
    if differs.get("id") == "second":
        differs = differs | {"id": rows.add("matter", number="T-2")}
    error = refused(rows, table, rows.values(table, **shared | differs))
    assert named(error, name), error.orig
    assert name not in SENTENCES or sentence_for(error) == SENTENCES[name]
    speaks(error)


def test_every_check_and_unique_of_the_schema_has_its_bad_row():
    checks, unique = set(), set()
    for table in db.metadata.sorted_tables:
        for constraint in (*table.constraints, *table.indexes):
            if isinstance(constraint, sa.CheckConstraint):
                checks.add(str(constraint.name))
            elif isinstance(constraint, sa.UniqueConstraint) or getattr(constraint, "unique", False):
                unique.add(str(constraint.name))
    assert checks == set(BAD) | set(CHOICES)
    assert unique == set(TWICE)
    assert set(SENTENCES) <= checks | unique


def test_the_good_rows_are_good(rows):
    for table in GOOD.keys() - {"task"}:
        if table not in rows.ids:
            rows.add(table)
    rows.add("notice", action_id=None, **PDF | {"state": "ISSUED"})
