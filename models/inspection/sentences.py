"""What the database refuses in this subject, said in words."""

from models.sentences import SENTENCES

_STATE = "状态不在可选范围内"
SENTENCES |= {
    "ck_case_review_bad_has_fault": "有瑕疵、不合格的案卷须选择主要问题",
    "ck_case_review_graded_on_a_day": "评查等次和评查日期要同时填写",
    "ck_case_review_score_range": "得分应在0至100之间",
    "ck_coercive_measure_dates_in_order": "届满、解除日期不能早于起始日期",
    "ck_coercive_measure_nothing_left_has_reason": "未预留流动资金或往来账户的，须写明理由（Y 三(二)3）",
    "ck_hazard_cleared_by_recheck": "销号的隐患须有复查时间",
    "ck_hazard_recheck_after_finding": "复查日期不能早于发现日期",
    "ck_inspection_approved_by_somebody": "批准时间须有批准人",
    "ck_inspection_filed_after_approval": "未经负责人批准的计划不能报备",
    "ck_inspection_ground_is_explained": "径直检查须写明情形和依据",
    "ck_inspection_urgent_has_ground": "径直检查须有法定情形，一般检查不填情形",
    "ck_inspection_target_found_on_a_day": "有检查结果的须填检查日期",
    "ck_inspection_target_leave_has_leader": "区领导批准的例外须有批准人",
    "ck_inspection_target_passing_has_reason": "例外情形须写明理由",
    "ck_joint_inspection_visited_by_somebody": "已实施的联合检查须有检查人员",
    "ck_matter_inspection_state": _STATE,
    "ck_matter_joint_state": _STATE,
    "ck_matter_request_state": _STATE,
    "ck_matter_review_state": _STATE,
    "ck_observation_period_dates_in_order": "截止日期应晚于起始日期",
    "ck_observation_period_only_lawful_business": "法律法规明确禁止或危害公共安全、群众生命健康的，不设观察期（Y 三(二)3）",
    "ck_penalty_exempt_has_no_amount": "免予处罚的不填罚没金额",
    "ck_penalty_fine_has_amount": "罚款、没收须填写金额",
    "ck_quiet_day_dates_in_order": "截止日期不能早于起始日期",
    "ck_quiet_day_days_in_order": "每月起止日应在1至31之间且依次",
    "ck_quiet_day_days_whole": "每月起止日要同时填写",
    "ck_quiet_day_says_when": "请填写起止日期，或每月起止日",
    "ck_random_draw_pool_hash_length": "抽取底册摘要不完整",
    "ck_random_draw_seed_and_witness": "抽取须有随机种子和见证人",
    "uq_case_review_case_id_rhythm": "这份案卷已按该方式评查过",
    "uq_inspection_target_inspection_id_enterprise_id": "同一家企业在一份计划中只写一次",
    "uq_observation_period_enterprise_id_unit_id_starts_on": "该企业同一天起的观察期已登记",
}
