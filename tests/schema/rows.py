"""A good row of each table, for tests that spoil it in one place."""

from typing import Any

import sqlalchemy as sa

from models.base import db
from tests.schema import rows_mechanisms
from tests.schema.moments import LATER, NOW, TODAY

PDF = {"pdf": b"%PDF", "pdf_sha256": "0" * 64, "issued_at": NOW}

# Only what has no default. {table} stands for the id of the good row of that table.
GOOD: dict[str, dict[str, Any]] = {
    "audit_entry": {"at": NOW, "user_name": "甲", "action": "新增", "resource": "unit", "previous": "0" * 64, "hash": "1" * 64},
    "calendar_day": {"day": TODAY, "label": "台风停工", "created_at": NOW},
    "letter_template": {"kind": "T_KIND", "label": "样张", "title": "样张", "wording": "正文"},
    "notice_series": {"word": "测", "year": 2024},
    "number_sequence": {"name": "T202408"},
    "role": {"code": "T_ROLE", "name": "测试角色"},
    "setting": {"key": "t_key"},
    "source_document": {"key": "T", "title": "测试文件"},
    "stock_phrase": {"verb": "t", "text": "同意"},
    "unit": {"code": "t-unit", "name": "测试局", "kind": "GOVERNMENT"},
    "category": {"code": "t-cat", "name": "测试类别", "family": "DEMAND"},
    "enterprise": {"name": "演示企业", "credit_code": "91110000000000000X", "kind": "LIMITED"},
    "escalation_rule": {"code": "t-rule", "label": "规则", "trigger": "OVERDUE", "measure": "REMIND", "threshold_unit": "WORKDAY"},
    "user_account": {"username": "t-user", "name": "演示-测试", "created_at": NOW},
    "unit_alias": {"unit_id": "{unit}", "alias": "测试别名"},
    "work_group": {"code": "t-group", "name": "测试组", "kind": "KEY"},
    "permission": {"role_id": "{role}", "resource": "unit", "action": "view", "scope": "UNIT"},
    "group_membership": {"group_id": "{work_group}", "unit_id": "{unit}", "role": "MEMBER"},
    "indicator": {"code": "t-ind", "name": "测试指标"},
    "indicator_result": {"indicator_id": "{indicator}", "period": "2024-08"},
    "matter": {"kind": "ticket", "number": "T-1", "title": "测试", "state": "REGISTERED", "opened_at": NOW},
    "ticket": {"id": "{matter}", "channel": "WINDOW", "content": "内容", "source_number": "A1", "form_token": "f"},
    "task": {"id": "{matter}"},
    "ticket_day": {"day": TODAY},
    "responsibility": {"code": "t-duty", "title": "职责", "clause": "M 一", "unit_id": "{unit}", "applies_to": "UNIT", "kind": "STANDING",
                       "shift": "AFTER"},
    "service_standard": {"code": "t-std", "label": "时限", "matter_kind": "ticket", "stage": "HANDLE", "amount": 5, "unit": "WORKDAY",
                         "warn_unit": "WORKDAY"},
    "matter_deadline": {"matter_id": "{matter}", "cause": "DISPATCH", "starts_at": NOW, "due_at": LATER, "warn_at": NOW, "set_at": NOW},
    "matter_unit": {"matter_id": "{matter}", "unit_id": "{unit}", "role": "LEAD", "state": "PENDING", "assigned_at": NOW},
    "attachment": {"matter_id": "{matter}", "original_name": "a.pdf", "stored": "s", "size": 1, "sha256": "0" * 64, "mime": "application/pdf",
                   "uploaded_at": NOW},
    "accountability_action": {"matter_id": "{matter}", "unit_id": "{unit}", "measure": "REMIND", "state": "DRAFT", "occasion": "o",
                              "grounds": "事实", "drafted_at": NOW},
    "notice": {"kind": "T", "state": "DRAFT", "form": "DOCUMENT", "title": "通知", "addressee": "甲局", "body": "正文", "agency": "办",
               "drafted_at": NOW, "action_id": "{accountability_action}"},
    "callback": {"ticket_id": "{ticket}", "by_id": "{user_account}", "at": NOW, "reached": False},
    "deferral": {"ticket_id": "{ticket}", "measures": "a", "plan": "b", "steps": "c", "promised_at": LATER, "consent": "d", "asked_at": NOW,
                 "asked_by_id": "{user_account}"},
    "exemption": {"ticket_id": "{ticket}", "ground": "UNTRUE", "explanation": "a", "evidence": "b", "asked_at": NOW,
                  "asked_by_id": "{user_account}"},
    "extension": {"ticket_id": "{ticket}", "reason": "a", "due_before": NOW, "due_asked": LATER, "asked_at": NOW,
                  "asked_by_id": "{user_account}"},
    "unit_contact": {"unit_id": "{unit}", "post": "HANDLER", "name": "演示-联系"},
    "receipt": {"notice_id": "{notice}", "unit_id": "{unit}", "method": "DIRECT", "served_at": NOW, "received_by": "演示-收件"},
    "user_session": {"user_id": "{user_account}", "token_hash": "0" * 64, "started_at": NOW, "seen_at": NOW},
    "old_password": {"user_id": "{user_account}", "password_hash": "x", "set_at": NOW},
    "recovery_code": {"user_id": "{user_account}", "code_hash": "0" * 64},
    "delegation": {"lender_id": "{user_account}", "stand_in_id": "{user_account/second}", "role_id": "{role}", "starts_on": TODAY, "ends_on": TODAY,
                   "reason": "出差", "made_by_id": "{user_account}", "made_at": NOW},
    "outcome": {"ticket_id": "{ticket}", "kind": "资金", "amount": 1, "at": NOW},
} | rows_mechanisms.GOOD


SECOND = {"user_account": {"username": "t-user-2"}}


class Rows:
    """Good rows, each made once, with the rows they refer to."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection, self.ids = connection, {}

    def values(self, table: str, **changed: Any) -> dict[str, Any]:
        """The good row's values with some changed; `{name}` becomes the id of that table's good row."""
        return {key: self._id(value) for key, value in (GOOD[table] | changed).items()}

    def _id(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
            table, _, second = value[1:-1].partition("/")
            return self.add(table, **SECOND[table]) if second else self.ids.get(table) or self.add(table)
        return value

    def add(self, table: str, **changed: Any) -> int:
        """Insert the good row (or a changed one) and remember its id."""
        statement = sa.insert(db.metadata.tables[table]).values(self.values(table, **changed))
        [key] = self.connection.execute(statement).inserted_primary_key
        self.ids.setdefault(table, key)
        return key
