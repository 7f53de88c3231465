"""What the database refused, as one Chinese sentence: found by the constraint's name, worded from the columns' labels.

PostgreSQL tells the constraint's name; SQLite tells the name of a CHECK, the columns of a UNIQUE, and nothing
of a foreign key.
"""

import re

import sqlalchemy as sa
from sqlalchemy.exc import DataError, OperationalError

from models.base import db

# What cannot be said from the labels alone.
SENTENCES = {
    "ck_approval_item_green_is_quicker": "绿色通道时限应在1个工作日以上且不超过承诺时限",
    "ck_approval_item_promise_sane": "承诺时限应在1至250个工作日之间",
    "ck_approval_item_promise_within_law": "承诺时限不能超过法定时限",
    "ck_campaign_days_in_order": "结束日期不能早于开始日期",
    "ck_concentration_items_add_up": "已进事项不能超过应进事项",
    "ck_delegation_days_in_order": "截止日期不能早于起始日期",
    "ck_delegation_two_people": "代理人和被代理人不能是同一人",
    "ck_user_session_end_has_reason": "登录的结束时间和结束原因要同时填写",
    "ck_inquiry_session_votes_add_up": "满意票数不能超过参评票数",
    "ck_lead_assessed_before_transfer": "问题线索须先研判后移送",
    "ck_lead_assessment_has_opinion": "研判结论和研判意见要同时填写",
    "ck_lead_outcome_after_transfer": "移送后才能登记处理结果",
    "ck_major_project_days_in_order": "计划完工不能早于开工日期",
    "ck_matter_approval_state": "状态不在可选范围内",
    "ck_matter_lead_state": "状态不在可选范围内",
    "ck_matter_milestone_state": "状态不在可选范围内",
    "ck_matter_problem_state": "状态不在可选范围内",
    "ck_milestone_result_has_day": "填写完成情况须同时填写实际日期",
    "ck_online_test_fault_is_named": "测试有问题的，请写明存在问题",
    "ck_online_test_result_has_day": "填写测试结果须同时填写测试日期",
    "ck_problem_check_is_named": "监督检查发现的问题，请选择来源检查",
    "ck_problem_look_back_after_acceptance": "验收后才有回头看时限",
    "ck_problem_session_is_named": "质询评议提出的问题，请选择场次",
    "ck_public_trade_irregular_says_how": "监察发现异常的，请写明异常情况",
    "ck_reform_item_published_after_done": "落实后才能向社会公布，请填写落实日期",
    "ck_suggestion_answer_after_suggestion": "答复日期不能早于提出日期",
    "ck_suggestion_answer_has_day": "采纳情况和答复日期要同时填写",
    "ck_accountability_action_closed_has_time": "销号须记销号时间",
    "ck_accountability_action_decided_has_time": "发出或不予采纳须记审定时间",
    "ck_accountability_action_declined_has_reason": "不予采纳须写明理由",
    "ck_accountability_action_limit_whole": "新时限的数量和单位要同时填写",
    "ck_accountability_action_rung_has_limit": "督办、挂牌、约谈、问责须有新时限",
    "ck_accountability_action_rung_of_measure": "级次与措施不一致：督办1级、挂牌2级、约谈3级、问责4级",
    "ck_attachment_hash_length": "附件摘要不完整，请重新上传",
    "ck_attachment_one_holder": "附件须属于一件事项、一次会议或一次走访",
    "ck_attachment_size_positive": "附件是空文件，请重新上传",
    "ck_callback_reached_is_asked": "联系上企业的，须填写是否解决和满意度",
    "ck_callback_unreached_says_nothing": "未联系上企业的，不能填写是否解决和满意度",
    "ck_deferral_decision_has_time": "签字意见和签字时间要同时填写",
    "ck_deferral_promise_ahead": "承诺时限应晚于提出时间",
    "ck_deferral_signed_by_another": "不能签批自己提出的承诺",
    "ck_enterprise_code_length": "统一社会信用代码应为18位",
    "ck_escalation_rule_limit_sane": "新时限应在1至400之间",
    "ck_escalation_rule_limit_whole": "新时限的数量和单位要同时填写",
    "ck_escalation_rule_rung_has_letter_and_limit": "督办、挂牌、约谈、问责规则须指定文书种类和新时限",
    "ck_escalation_rule_rung_of_measure": "级次与措施不一致：督办1级、挂牌2级、约谈3级、问责4级，其他措施0级",
    "ck_exemption_checked_by_another": "不能审核自己提出的申请",
    "ck_exemption_decision_has_time": "审核意见和审核时间要同时填写",
    "ck_extension_decided_by_another": "不能审批自己提出的延期申请",
    "ck_extension_decision_has_time": "审批意见和审批时间要同时填写",
    "ck_extension_extends": "延期后的时限应晚于原时限",
    "ck_indicator_result_period_is_a_month": "月份请写成 2024-08",
    "ck_indicator_targets_in_order": "位次目标应依次提高：奔位次不大于争位次，争位次不大于保位次",
    "ck_matter_closed_after_opened": "办结时间不能早于登记时间",
    "ck_matter_ladder_has_rung": "未督办的事项没有督办时限",
    "ck_matter_ladder_range": "督办级次应在0至4之间",
    "ck_matter_warning_before_due": "转黄时间不能晚于办理时限",
    "ck_matter_deadline_limit_whole": "时限的数量和单位要同时填写",
    "ck_matter_deadline_warning_before_due": "转黄时间不能晚于截止时间",
    "ck_matter_unit_signed_after_assigned": "签收时间不能早于派发时间",
    "ck_matter_unit_signed_has_time": "已签收的须记签收时间",
    "ck_matter_task_state": "状态不在可选范围内",
    "ck_matter_ticket_state": "状态不在可选范围内",
    "ck_letter_template_reply_days_sane": "反馈期限应在1至250个工作日之间",
    "ck_notice_issued_is_frozen": "签发的文书须有印制件和签发时间",
    "ck_notice_number_whole": "文号、年份和序号要同时具备",
    "ck_notice_series_year_sane": "年份应在2000至2999之间",
    "ck_notice_void_has_reason": "作废须写明原因",
    "ck_responsibility_has_owner": "职责须落实到工作组或责任单位",
    "ck_responsibility_lead_days_in_a_year": "提前生成天数应在0至366之间",
    "ck_responsibility_recurring_has_rule": "定期职责须填写周期规则",
    "ck_service_standard_amount_sane": "时限应在1至1000之间",
    "ck_task_period_known": "定期任务须写明期次和应报单位",
    "ck_saved_filter_shared_with_a_unit": "共享给本单位的筛选须有单位",
    "ck_saved_filter_shared_with_a_role": "共享给同角色的筛选须有角色",
    "ck_ticket_has_content": "请填写诉求内容",
    "ck_ticket_not_into_itself": "不能并入自身",
    "ck_article_article_has_medium": "新闻稿件请填写刊发媒体",
    "ck_certificate_cut_period_is_a_month": "月份请写成 2024-08",
    "ck_data_catalogue_secret_is_desensitised": "涉密目录只能脱敏后开放",
    "ck_domain_field_filled_within_required": "已填报数据项不能多于应填报数据项",
    "ck_field_work_done_has_date": "已完成的须填写完成日期，未完成的不填",
    "ck_group_slice_filled_has_time": "填报内容须记填报时间",
    "ck_group_slice_period_is_a_month": "月份请写成 2024-08",
    "ck_highlight_lead_is_a_shortcoming": "只有揭短可以作为问题线索报送",
    "ck_indicator_problem_period_is_a_month": "月份请写成 2024-08",
    "ck_policy_dates_in_order": "截止日期不能早于起始日期",
    "ck_rating_rule_thresholds_in_order": "蓝的界限不能松于黄的界限（全市位次以小为好）",
    "ck_rating_rule_weight_sane": "权重应在1至100之间",
    "ck_service_rating_corrected_within_bad": "已整改不能多于差评数",
    "ck_service_rating_period_is_a_month": "月份请写成 2024-08",
    "ck_unit_rating_period_is_a_month": "月份请写成 2024-08",
    "ck_unit_rating_score_has_colour": "有得分才有颜色",
    "ck_city_notice_period_is_a_month": "月份请写成 2024-08",
    "ck_difficulty_one_source": "难点问题须来自一次走访、联系或项目服务",
    "ck_import_run_imported_has_time": "已导入的批次须记导入时间",
    "uq_firm_batch_run_id": "这份名单已经录入",
    "uq_import_row_run_id_line": "这一行已经读过",
    "uq_import_word_target_word": "这一列的这个写法已经登记",
    "ck_investment_signed_has_date": "已签约的项目请填写签约日期",
    "ck_liaison_dates_in_order": "结束日期不能早于开始日期",
    "ck_matter_contact_state": "状态不在可选范围内",
    "ck_matter_instruction_state": "状态不在可选范围内",
    "ck_meeting_merged_has_target": "已合并的纪要须记并入的会议",
    "ck_meeting_minuted_has_minutes": "已形成纪要的会议须有纪要正文和期号",
    "ck_special_supervisor_term_in_order": "聘期结束不能早于开始",
    "ck_survey_answer_displeased_has_reason": "不满意的请写明原因",
    "ck_survey_dates_in_order": "结束日期不能早于开始日期",
    "ck_survey_period_is_a_month": "月份请写成 2024-08",
    "uq_city_notice_period": "这个月的全市通报已经登记",
    "uq_contact_firm_id": "这家企业已有首次联系任务",
    "uq_difficulty_ticket_id": "这件诉求已列入难点问题台账",
    "uq_liaison_one_officer": "这家企业已有包联干部，请先停用原来的一条",
    "uq_survey_period": "这个月的调查已经登记",
    "uq_report_snapshot_kind_period": "这一期已经印发",
    "ck_outbox_message_mail_has_reader": "邮件须有收件人",
    "ck_outbox_message_sent_has_time": "已发送的消息须记发出时间",
    "ck_unit_not_own_parent": "上级单位不能是本单位自己",
    "ck_unit_valid_in_order": "停用日期不能早于启用日期",
    "uq_concentration_unit_id": "这个部门已有两集中两到位记录，请修改原来的一条",
    "uq_lead_reader_lead_id_user_id": "该人员已是知悉人",
    "uq_lead_trade_id": "这项交易已生成问题线索",
    "uq_look_back_problem_id_round": "这一次回头看已经登记",
    "uq_online_test_batch_item_id": "这个事项在本批次已抽到",
    "uq_saved_filter_user_id_panel_name": "这个名称已用过，请换一个名称",
    "uq_reform_item_kind_unit_id_title": "该单位的这个事项已在清单内",
    "uq_accountability_action_matter_id_occasion": "同一事由已经提出过，不再重复",
    "uq_accountability_action_open": "这一级措施已有一件待审定，不再重复提出",
    "uq_accountability_action_rung": "这一级措施已对该单位发出过，不能重复",
    "uq_deferral_pending": "已有一份承诺待签字",
    "uq_exemption_pending": "已有一份不予受理申请待审核",
    "uq_extension_pending": "已有一份延期申请待审批",
    "uq_group_membership_group_id_unit_id": "该单位已在这个工作组内",
    "uq_indicator_result_district": "该指标本月全区结果已录入",
    "uq_indicator_result_indicator_id_period_unit_id": "该指标本月该单位结果已录入",
    "uq_matter_unit_matter_id_unit_id": "该单位已在承办单位之列",
    "uq_matter_unit_one_lead": "一件事项只能有一个主办单位",
    "uq_notice_live_letter": "这项措施已有文书，作废后方可另行起草",
    "uq_permission_role_id_resource_action": "该角色已有这项权限，请修改原来的一条",
    "uq_task_responsibility_id_owed_by_id_period": "该单位本期任务已经生成",
    "uq_ticket_channel_source_number": "这个来源编号已经登记过，请查原件",
    "uq_ticket_form_token": "这张表单已经提交过",
}
NEGATIVE = "{}不能为负"  # *_not_negative, counters
POSITIVE = "{}应大于零"  # *_positive
UNKNOWN = "保存没有成功：数据不符合规则，请核对后再试"


def field_of(error: Exception) -> str:
    """The one column the refusal is about, or "" where it is about several or none."""
    columns = _refusal(error.orig)[2] if getattr(error, "orig", None) else []
    return columns[0].key if len(columns) == 1 else ""


def sentence_for(error: Exception) -> str:
    """One sentence for the person at the desk; never SQL, never values."""
    if isinstance(error, OperationalError):
        return "系统正忙，请稍候再提交一次"
    if isinstance(error, DataError):
        return "有一项内容过长或格式不对，请核对后再试"
    kind, name, columns = _refusal(getattr(error, "orig", None) or error)
    if name in SENTENCES:
        return SENTENCES[name]
    labels = "、".join(column.info["label"] for column in columns)
    match kind:
        case "null":
            return f"请填写{labels}"
        case "unique":
            return f"{labels}与已有记录重复，请核对"
        case "foreign":
            return f"所选{labels}不存在，或已被删除"
        case "used":
            return f"仍被其他记录用作“{labels}”，不能删除，可改为停用"
        case "loose":
            return "所选记录不存在，或本记录仍被引用，不能删除，可改为停用"
    return _of_check(name, labels) if kind == "check" and labels else UNKNOWN


def _of_check(name: str, labels: str) -> str:
    if name.endswith(("_not_negative", "_counters")):
        return NEGATIVE.format(labels)
    if name.endswith("_positive"):
        return POSITIVE.format(labels)
    return f"{labels}不在可选范围内"


def _refusal(orig: BaseException) -> tuple[str, str, list[sa.Column]]:
    """(kind, constraint name, columns) of what was refused, as far as the engine says."""
    diag = getattr(orig, "diag", None)
    return _postgres(orig, diag) if diag is not None else _sqlite(str(orig))


def _postgres(orig: BaseException, diag: object) -> tuple[str, str, list[sa.Column]]:
    if diag.column_name:
        return "null", "", _columns(diag.table_name, [diag.column_name])
    name = diag.constraint_name or ""
    kind, columns = _constraint(name)
    if kind == "foreign" and str(orig).startswith("update or delete"):
        kind = "used"
    return kind, name, columns


def _sqlite(text: str) -> tuple[str, str, list[sa.Column]]:
    if found := re.match(r"CHECK constraint failed: (\w+)", text):
        return "check", found[1], _constraint(found[1])[1]
    if found := re.match(r"(NOT NULL|UNIQUE) constraint failed: (.+)", text):
        pairs = [part.strip().partition(".")[::2] for part in found[2].split(",")]
        columns = [column for table, name in pairs for column in _columns(table, [name])]
        return ("null", "", columns) if found[1] == "NOT NULL" else ("unique", _unique_name(columns), columns)
    return ("loose" if text.startswith("FOREIGN KEY") else "", "", [])


def _columns(table: str | None, names: list[str]) -> list[sa.Column]:
    found = db.metadata.tables.get(table or "")
    return [found.columns[name] for name in names if found is not None and name in found.columns]


def _constraint(name: str) -> tuple[str, list[sa.Column]]:
    """Kind and columns of the constraint or unique index of that name."""
    for table in db.metadata.tables.values():
        for constraint in (*table.constraints, *table.indexes):
            if constraint.name == name:
                return _kind(constraint), _columns_of(constraint, table)
    return "", []


def _kind(constraint: sa.Constraint | sa.Index) -> str:
    if isinstance(constraint, sa.ForeignKeyConstraint):
        return "foreign"
    return "check" if isinstance(constraint, sa.CheckConstraint) else "unique"


def _columns_of(constraint: sa.Constraint | sa.Index, table: sa.Table) -> list[sa.Column]:
    if isinstance(constraint, sa.CheckConstraint):  # made from text: the columns it names
        words = re.findall(r"\w+", str(constraint.sqltext))
        return [column for column in table.columns if column.name in words]
    return list(constraint.columns)


def _unique_name(columns: list[sa.Column]) -> str:
    """The unique constraint or index over exactly these columns."""
    if not columns:
        return ""
    table = columns[0].table
    for constraint in (*table.constraints, *table.indexes):
        unique = isinstance(constraint, sa.UniqueConstraint) or (isinstance(constraint, sa.Index) and constraint.unique)
        if unique and list(constraint.columns) == columns:
            return str(constraint.name)
    return ""
