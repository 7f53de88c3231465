"""What stands in the database as a code, in the words of the panels, the verbs and the columns: one place for all system lists.

A resource is called as its panel, an action as its verb, a table as its panel, a column by its label.
"""

import json
import re
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import current_app

from models import db
from models.base import Choice
from models.flow import Flow
from models.now import local
from views.cells import shown
from views.matter.kinds import kind_choices, kinds

RESOURCES = {"attachment": "附件", "board": "挂图作战", "report": "通报与报表", "search": "全局查找", "series": "文号", "role": "角色和权限",
             "setting": "参数和巡查", "watcher": "特邀监督员"}
ACTIONS = {
    "view": "查看", "create": "新增", "edit": "修改", "retire": "停用", "export": "导出", "import": "导入", "print": "打印", "reveal": "查看个人信息",
    "register": "登记", "issue": "签发", "grant": "授权", "unlock": "解锁", "verify": "核验", "push": "推送", "compute": "计算", "publish": "印发",
    "retry": "重发", "lay_out": "布置", "tally": "统计", "hold": "组织抽取", "direct": "径直检查登记", "five": "五份文件报表", "person": "分人统计",
    "issue_0": "发出提示、调度、通报", "issue_1": "签发督办", "issue_2": "签发挂牌", "issue_3": "签发约谈", "issue_4": "签发问责",
}
TABLES = {
    "attachment": "附件", "attendance": "参会签到", "audit_head": "留痕链首", "callback": "回访", "campaign_unit": "专项监督单位",
    "city_notice_task": "通报任务",
    "contact_check": "联系查看", "decision_carry": "议定事项结转", "deferral": "承诺办理", "draft": "草稿", "erratum": "勘误", "exemption": "不予受理",
    "extension": "延期", "firm_batch": "新企业名单", "follow": "关注", "inquiry_session_unit": "质询评议单位", "investment_service": "项目服务",
    "inbox_mark": "收件箱已看", "lead_reader": "线索知悉人", "list_columns": "显示的列", "look_back": "回头看", "matter": "事项", "matter_deadline": "办理时限",
    "matter_event": "办理过程", "matter_unit": "承办单位", "notice_series": "文号序列", "number_sequence": "编号序列", "parallel_approval_unit": "并联审批部门",
    "receipt": "送达回执",
    "report_snapshot": "印发报表", "setting": "参数",
    "saved_filter": "常用筛选", "supervision_check_enterprise": "受检企业", "supervision_check_item": "检查清单项",
    "user_account": "用户", "user_role": "用户角色", "user_session": "登录会话", "old_password": "用过的口令", "recovery_code": "备用码",
    "delegation": "角色代理",
    "public_demand": "公众提交的诉求", "enterprise_rating": "企业自评", "throttle": "访问次数", "outbox_message": "消息发送", "import_row": "导入的行",
    "report": "通报与报表", "data_keys": "数据密钥", "ticket_day": "逐日诉求数",
}
# What is noted beside the columns: exports, log-ins, bulk work.
KEYS = {
    "condition": "条件", "kind": "种类", "count": "数量", "first": "首号", "last": "末号", "username": "登录名", "reason": "原因", "verb": "环节",
    "done": "已办", "refused": "未办", "number": "编号", "what": "内容", "body_only": "套红",
    "files": "文件", "fields": "项目", "same": "结果一致", "note": "说明", "report": "报表",
    "period": "期次", "rows": "行数", "statement": "语句", "values": "取值", "key": "密钥", "name": "名称", "seed": "随机种子", "version": "版本",
    "before": "升级前版本", "after": "升级后版本",
    "tickets": "诉求数", "enterprises": "企业数",
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def _views() -> list[Any]:
    return current_app.extensions["admin"][0]._views


@cache
def verbs() -> dict[str, str]:
    """Names and permissions of all verbs: reply → 反馈办理结果, ticket:reply → 反馈办理结果."""
    found: dict[str, str] = {}
    for mapper in db.Model.registry.mappers:
        if issubclass(mapper.class_, Flow) and hasattr(mapper.class_, "STATE_COLUMN"):
            for step in mapper.class_.transitions().values():
                found.setdefault(step.name, step.label)
                if isinstance(step.permission, str):
                    found.setdefault(step.permission, step.label)
    return found


def resource_words(resource: str) -> str:
    """诉求 for ticket: the name of its first panel."""
    return RESOURCES.get(resource) or next((view.name for view in _views() if getattr(view, "resource", "") == resource), resource)


def action_words(resource: str, action: str) -> str:
    """派发 for dispatch: the label of the verb, else the usual word."""
    return verbs().get(f"{resource}:{action}") or ACTIONS.get(action) or verbs().get(action, action)


def table_words(table: str) -> str:
    """企业诉求 for ticket: the name of the table's panel."""
    return TABLES.get(table) or next((view.name for view in _views() if getattr(getattr(view, "model", None), "__tablename__", "") == table),
                                     resource_words(table))


def resources() -> list[tuple[str, str]]:
    """Every resource with its name, for query bars."""
    found = {view.resource for view in _views() if getattr(view, "resource", "")} | set(RESOURCES)
    return sorted(((code, resource_words(code)) for code in found), key=lambda pair: pair[1])


def tables() -> list[tuple[str, str]]:
    """Every table with its name, for query bars."""
    return sorted(((name, table_words(name)) for name in db.metadata.tables), key=lambda pair: pair[1])


@cache
def _columns(table: str) -> dict[str, sa.Column]:
    """The columns of a table by attribute, those of a matter among them."""
    mapper = next((one for one in db.Model.registry.mappers if one.local_table.name == table), None)
    return {key: attribute.columns[0] for key, attribute in mapper.column_attrs.items()} if mapper is not None else {}


def _value(column: sa.Column | None, value: Any) -> str:
    """One side of a change as people read it."""
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return shown(value)
    if column is not None and isinstance(column.type, Choice) and (member := column.type.enum.__members__.get(str(value))):
        return member.label
    if isinstance(value, str) and _MOMENT.match(value):
        return f"{local(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    if column is not None and (column.name == "matter_kind" or (column.table.name == "matter" and column.name in ("state", "kind"))):
        return _states().get(str(value), str(value))
    if isinstance(value, dict):
        return "、".join(f"{KEYS.get(key, key)} {_value(None, one)}" for key, one in value.items())
    return "、".join(_value(None, one) for one in value) if isinstance(value, list) else str(value)


@cache
def _states() -> dict[str, str]:
    found = dict(kind_choices())
    for kind in kinds():
        for state in kind.STATES:
            found.setdefault(state.value, state.label)
    return found


def changes_words(table: str, text: str) -> str:
    """列名：旧 → 新, one after the other; what is not JSON as it stands."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    columns, parts = _columns(table), []
    if "statement" in found:
        return _bulk_words(table, found)[:2000]
    for key, value in found.items():
        column = columns.get(key)
        label = column.info.get("label") if column is not None else None
        if label is None:
            parts.append(f"{KEYS.get(key, key)}：{verbs().get(str(value), _value(None, value))}")
        else:
            sides = value if isinstance(value, list) and len(value) == 2 else [value]
            parts.append(f"{label}：{' → '.join(_value(column, side) for side in sides)}")
    return "；".join(parts)[:2000]


def _bulk_words(table: str, found: dict[str, Any]) -> str:
    """One statement that changed many rows: how many, then row by row old → new; of too many rows which columns it set."""
    parts = [f"共{found['rows']}行"] if "rows" in found else []
    for row_id, changes in found.get("before_after", {}).items():
        parts.append(f"第{row_id}号 {changes_words(table, json.dumps(changes, ensure_ascii=False))}")
    if "before_after" not in found:
        columns = _columns(table)
        values = ((columns.get(key), value) for key, value in found.get("values", {}).items())
        parts += [f"{column.info.get('label', column.key)}：→ {_value(column, value)}" for column, value in values if column is not None]
    return "；".join(parts) or "直接执行的数据库语句"
