"""Supervision: campaigns, checks, problems with look-back, leads, projects, approvals, ledgers (S1–S11, K9, T16).

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

STATES = {
    'problem': ('OPEN', 'RECTIFYING', 'RECTIFIED', 'LOOK_BACK', 'REOPENED', 'CLOSED', 'WITHDRAWN'),
    'lead': ('RECEIVED', 'ASSESSED', 'TRANSFERRED', 'FED_BACK', 'CLOSED', 'DISMISSED'),
    'milestone': ('PLANNED', 'REPORTED', 'DONE', 'DROPPED'),
    'approval': ('RUNNING', 'PAUSED', 'GRANTED', 'REFUSED', 'WITHDRAWN'),
}


def upgrade() -> None:
    op.create_table('approval_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False, comment='事项编码'),
    sa.Column('name', sa.String(length=120), nullable=False, comment='审批事项'),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='审批单位'),
    sa.Column('legal_days', sa.Integer(), nullable=True, comment='法定时限（工作日）'),
    sa.Column('promised_days', sa.Integer(), nullable=False, comment='承诺时限（工作日）'),
    sa.Column('green_days', sa.Integer(), nullable=True, comment='绿色通道时限（工作日）'),
    sa.Column('online', sa.Boolean(), server_default=sa.text('true'), nullable=False, comment='可网办'),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False, comment='启用'),
    sa.CheckConstraint('green_days IS NULL OR green_days BETWEEN 1 AND promised_days', name=op.f('ck_approval_item_green_is_quicker')),
    sa.CheckConstraint('legal_days IS NULL OR promised_days <= legal_days', name=op.f('ck_approval_item_promise_within_law')),
    sa.CheckConstraint('promised_days BETWEEN 1 AND 250', name=op.f('ck_approval_item_promise_sane')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_approval_item_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_item')),
    sa.UniqueConstraint('code', name=op.f('uq_approval_item_code'))
    )
    with op.batch_alter_table('approval_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_approval_item_unit_id'), ['unit_id'], unique=False)

    op.create_table('campaign',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False, comment='编号'),
    sa.Column('name', sa.String(length=80), nullable=False, comment='专项名称'),
    sa.Column('starts_on', sa.Date(), nullable=False, comment='开始日期'),
    sa.Column('ends_on', sa.Date(), nullable=False, comment='结束日期'),
    sa.Column('host_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='组织单位'),
    sa.Column('focus', sa.Text(), nullable=True, comment='监督重点'),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='依据文件'),
    sa.Column('clause', sa.String(length=60), nullable=True, comment='条款'),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False, comment='启用'),
    sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_campaign_days_in_order')),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_campaign_document_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['host_id'], ['unit.id'], name=op.f('fk_campaign_host_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign')),
    sa.UniqueConstraint('code', name=op.f('uq_campaign_code')),
    sa.UniqueConstraint('name', name=op.f('uq_campaign_name'))
    )
    with op.batch_alter_table('campaign', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_document_id'), ['document_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaign_host_id'), ['host_id'], unique=False)

    op.create_table('concentration',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='部门'),
    sa.Column('batch', sa.String(length=20), nullable=False, comment='批次'),
    sa.Column('section_on', sa.Date(), nullable=True, comment='审批服务科设立'),
    sa.Column('stationed_on', sa.Date(), nullable=True, comment='整建制进驻大厅'),
    sa.Column('items_on', sa.Date(), nullable=True, comment='事项进驻到位'),
    sa.Column('authorised_on', sa.Date(), nullable=True, comment='审批授权到位'),
    sa.Column('items_total', sa.Integer(), server_default='0', nullable=False, comment='应进事项'),
    sa.Column('items_in', sa.Integer(), server_default='0', nullable=False, comment='已进事项'),
    sa.Column('note', sa.String(length=200), nullable=True, comment='说明'),
    sa.CheckConstraint('items_in >= 0 AND items_in <= items_total', name=op.f('ck_concentration_items_add_up')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_concentration_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concentration')),
    sa.UniqueConstraint('unit_id', name=op.f('uq_concentration_unit_id'))
    )
    op.create_table('inquiry_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False, comment='形式'),
    sa.Column('name', sa.String(length=80), nullable=False, comment='场次'),
    sa.Column('held_on', sa.Date(), nullable=False, comment='日期'),
    sa.Column('place', sa.String(length=80), nullable=True, comment='地点'),
    sa.Column('host_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='组织单位'),
    sa.Column('attendees', sa.Integer(), server_default='0', nullable=False, comment='参加人数'),
    sa.Column('voted', sa.Integer(), server_default='0', nullable=False, comment='参评票数'),
    sa.Column('approved', sa.Integer(), server_default='0', nullable=False, comment='满意票数'),
    sa.Column('minutes', sa.Text(), nullable=True, comment='记录摘要'),
    sa.CheckConstraint("kind IN ('QUESTIONING', 'RATING')", name=op.f('ck_inquiry_session_kind')),
    sa.CheckConstraint('approved >= 0 AND approved <= voted', name=op.f('ck_inquiry_session_votes_add_up')),
    sa.CheckConstraint('attendees >= 0', name=op.f('ck_inquiry_session_attendees_not_negative')),
    sa.ForeignKeyConstraint(['host_id'], ['unit.id'], name=op.f('fk_inquiry_session_host_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inquiry_session')),
    sa.UniqueConstraint('name', name=op.f('uq_inquiry_session_name'))
    )
    with op.batch_alter_table('inquiry_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inquiry_session_host_id'), ['host_id'], unique=False)

    op.create_table('major_project',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False, comment='项目名称'),
    sa.Column('kind', sa.String(length=32), nullable=False, comment='类型'),
    sa.Column('level', sa.String(length=32), nullable=False, comment='级别'),
    sa.Column('lead_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='责任单位'),
    sa.Column('owner', sa.String(length=80), nullable=True, comment='建设单位'),
    sa.Column('place', sa.String(length=120), nullable=True, comment='建设地点'),
    sa.Column('investment', sa.Numeric(precision=16, scale=2), nullable=True, comment='总投资（万元）'),
    sa.Column('green_channel', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='绿色通道'),
    sa.Column('starts_on', sa.Date(), nullable=True, comment='开工日期'),
    sa.Column('ends_on', sa.Date(), nullable=True, comment='计划完工'),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False, comment='在监督'),
    sa.CheckConstraint("kind IN ('GOVERNMENT', 'ENTERPRISE', 'CLUSTER')", name=op.f('ck_major_project_kind')),
    sa.CheckConstraint("level IN ('STATE', 'PROVINCE', 'CITY', 'DISTRICT', 'OTHER')", name=op.f('ck_major_project_level')),
    sa.CheckConstraint('investment IS NULL OR investment >= 0', name=op.f('ck_major_project_investment_not_negative')),
    sa.CheckConstraint('starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on', name=op.f('ck_major_project_days_in_order')),
    sa.ForeignKeyConstraint(['lead_id'], ['unit.id'], name=op.f('fk_major_project_lead_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_major_project')),
    sa.UniqueConstraint('name', name=op.f('uq_major_project_name'))
    )
    with op.batch_alter_table('major_project', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_major_project_lead_id'), ['lead_id'], unique=False)

    op.create_table('parallel_approval',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False, comment='并联审批事项'),
    sa.Column('lead_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='牵头单位'),
    sa.Column('days_before', sa.Integer(), nullable=True, comment='改革前（工作日）'),
    sa.Column('days_after', sa.Integer(), nullable=True, comment='并联后（工作日）'),
    sa.Column('plan_on', sa.Date(), nullable=True, comment='实施方案出台'),
    sa.Column('running_on', sa.Date(), nullable=True, comment='开始实施'),
    sa.Column('note', sa.String(length=200), nullable=True, comment='说明'),
    sa.CheckConstraint('days_after IS NULL OR days_after > 0', name=op.f('ck_parallel_approval_after_positive')),
    sa.CheckConstraint('days_before IS NULL OR days_before > 0', name=op.f('ck_parallel_approval_before_positive')),
    sa.ForeignKeyConstraint(['lead_id'], ['unit.id'], name=op.f('fk_parallel_approval_lead_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parallel_approval')),
    sa.UniqueConstraint('name', name=op.f('uq_parallel_approval_name'))
    )
    with op.batch_alter_table('parallel_approval', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parallel_approval_lead_id'), ['lead_id'], unique=False)

    op.create_table('public_trade',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False, comment='交易编号'),
    sa.Column('title', sa.String(length=120), nullable=False, comment='交易项目'),
    sa.Column('kind', sa.String(length=32), nullable=False, comment='类别'),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='招标（采购）单位'),
    sa.Column('agency', sa.String(length=80), nullable=True, comment='代理机构'),
    sa.Column('held_on', sa.Date(), nullable=True, comment='交易日期'),
    sa.Column('amount', sa.Numeric(precision=16, scale=2), nullable=True, comment='成交金额（万元）'),
    sa.Column('supervised', sa.String(length=32), nullable=False, comment='电子监察'),
    sa.Column('irregularity', sa.Text(), nullable=True, comment='异常情况'),
    sa.CheckConstraint("kind IN ('WORKS', 'PURCHASE', 'LAND', 'PROPERTY', 'OTHER')", name=op.f('ck_public_trade_kind')),
    sa.CheckConstraint("supervised <> 'IRREGULAR' OR irregularity IS NOT NULL", name=op.f('ck_public_trade_irregular_says_how')),
    sa.CheckConstraint("supervised IN ('INSIDE', 'OUTSIDE', 'IRREGULAR')", name=op.f('ck_public_trade_supervised')),
    sa.CheckConstraint('amount IS NULL OR amount >= 0', name=op.f('ck_public_trade_amount_not_negative')),
    sa.ForeignKeyConstraint(['owner_id'], ['unit.id'], name=op.f('fk_public_trade_owner_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_trade')),
    sa.UniqueConstraint('code', name=op.f('uq_public_trade_code'))
    )
    with op.batch_alter_table('public_trade', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_public_trade_owner_id'), ['owner_id'], unique=False)

    op.create_table('reform_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False, comment='清单'),
    sa.Column('title', sa.String(length=120), nullable=False, comment='事项'),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='责任单位'),
    sa.Column('basis', sa.String(length=160), nullable=True, comment='依据'),
    sa.Column('due_on', sa.Date(), nullable=True, comment='落实期限'),
    sa.Column('done_on', sa.Date(), nullable=True, comment='落实日期'),
    sa.Column('published', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='已向社会公布'),
    sa.Column('note', sa.String(length=200), nullable=True, comment='落实情况'),
    sa.CheckConstraint("kind IN ('POWER', 'NEGATIVE', 'CANCELLED', 'ADJUSTED')", name=op.f('ck_reform_item_kind')),
    sa.CheckConstraint('NOT published OR done_on IS NOT NULL', name=op.f('ck_reform_item_published_after_done')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_reform_item_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reform_item')),
    sa.UniqueConstraint('kind', 'unit_id', 'title', name=op.f('uq_reform_item_kind_unit_id_title'))
    )
    with op.batch_alter_table('reform_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reform_item_unit_id'), ['unit_id'], unique=False)

    op.create_table('campaign_unit',
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_unit_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_campaign_unit_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('campaign_id', 'unit_id', name=op.f('pk_campaign_unit'))
    )
    with op.batch_alter_table('campaign_unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_unit_unit_id'), ['unit_id'], unique=False)

    op.create_table('checklist_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False, comment='编号'),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='专项监督'),
    sa.Column('content', sa.String(length=120), nullable=False, comment='监督事项'),
    sa.Column('clause', sa.String(length=60), nullable=True, comment='条款'),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='依据文件'),
    sa.Column('sort', sa.Integer(), server_default='100', nullable=False, comment='排序'),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False, comment='启用'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_checklist_item_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['document_id'], ['source_document.id'], name=op.f('fk_checklist_item_document_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_item')),
    sa.UniqueConstraint('code', name=op.f('uq_checklist_item_code'))
    )
    with op.batch_alter_table('checklist_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_checklist_item_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_checklist_item_document_id'), ['document_id'], unique=False)

    op.create_table('inquiry_session_unit',
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['inquiry_session.id'], name=op.f('fk_inquiry_session_unit_session_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_inquiry_session_unit_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('session_id', 'unit_id', name=op.f('pk_inquiry_session_unit'))
    )
    with op.batch_alter_table('inquiry_session_unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inquiry_session_unit_unit_id'), ['unit_id'], unique=False)

    op.create_table('online_test',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('batch', sa.String(length=24), nullable=False, comment='批次'),
    sa.Column('seed', sa.Integer(), nullable=False, comment='随机种子'),
    sa.Column('drawn_on', sa.Date(), nullable=False, comment='抽取日期'),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='抽查事项'),
    sa.Column('result', sa.String(length=32), nullable=False, comment='测试结果'),
    sa.Column('tested_on', sa.Date(), nullable=True, comment='测试日期'),
    sa.Column('tester', sa.String(length=30), nullable=True, comment='测试人'),
    sa.Column('fault', sa.String(length=200), nullable=True, comment='存在问题'),
    sa.CheckConstraint("result <> 'FAULTY' OR fault IS NOT NULL", name=op.f('ck_online_test_fault_is_named')),
    sa.CheckConstraint("result = 'PENDING' OR tested_on IS NOT NULL", name=op.f('ck_online_test_result_has_day')),
    sa.CheckConstraint("result IN ('PENDING', 'SMOOTH', 'FAULTY')", name=op.f('ck_online_test_result')),
    sa.ForeignKeyConstraint(['item_id'], ['approval_item.id'], name=op.f('fk_online_test_item_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_online_test')),
    sa.UniqueConstraint('batch', 'item_id', name=op.f('uq_online_test_batch_item_id'))
    )
    with op.batch_alter_table('online_test', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_online_test_item_id'), ['item_id'], unique=False)

    op.create_table('parallel_approval_unit',
    sa.Column('parallel_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['parallel_id'], ['parallel_approval.id'], name=op.f('fk_parallel_approval_unit_parallel_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_parallel_approval_unit_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('parallel_id', 'unit_id', name=op.f('pk_parallel_approval_unit'))
    )
    with op.batch_alter_table('parallel_approval_unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parallel_approval_unit_unit_id'), ['unit_id'], unique=False)

    op.create_table('supervision_check',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False, comment='检查日期'),
    sa.Column('method', sa.String(length=32), nullable=False, comment='检查方式'),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='专项监督'),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='被检查单位'),
    sa.Column('inspectors', sa.String(length=120), nullable=True, comment='检查人员'),
    sa.Column('interviewed', sa.Integer(), server_default='0', nullable=False, comment='走访企业数'),
    sa.Column('files_read', sa.Integer(), server_default='0', nullable=False, comment='查阅案卷数'),
    sa.Column('findings', sa.Text(), nullable=True, comment='检查情况'),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='登记人'),
    sa.CheckConstraint("method IN ('ROUTINE', 'COVERT', 'SURPRISE', 'DIRECT')", name=op.f('ck_supervision_check_method')),
    sa.CheckConstraint('files_read >= 0', name=op.f('ck_supervision_check_files_not_negative')),
    sa.CheckConstraint('interviewed >= 0', name=op.f('ck_supervision_check_interviewed_not_negative')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_supervision_check_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['created_by_id'], ['user_account.id'], name=op.f('fk_supervision_check_created_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_supervision_check_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supervision_check'))
    )
    with op.batch_alter_table('supervision_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_supervision_check_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_supervision_check_created_by_id'), ['created_by_id'], unique=False)
        batch_op.create_index('ix_supervision_check_day', ['held_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_supervision_check_unit_id'), ['unit_id'], unique=False)

    op.create_table('approval_case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='审批事项'),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='重大项目'),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='申请企业'),
    sa.Column('applicant', sa.String(length=120), nullable=False, comment='申请人'),
    sa.Column('promised_days', sa.Integer(), nullable=False, comment='承诺工作日'),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True, comment='停表时间'),
    sa.Column('paused_days', sa.Integer(), server_default='0', nullable=False, comment='扣除工作日'),
    sa.Column('verdict', sa.String(length=32), nullable=True, comment='审批结果'),
    sa.Column('result', sa.Text(), nullable=True, comment='结果说明'),
    sa.CheckConstraint("verdict IN ('GRANT', 'REFUSE')", name=op.f('ck_approval_case_verdict')),
    sa.CheckConstraint('paused_days >= 0', name=op.f('ck_approval_case_pause_not_negative')),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_approval_case_enterprise_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['id'], ['matter.id'], name=op.f('fk_approval_case_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['approval_item.id'], name=op.f('fk_approval_case_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['project_id'], ['major_project.id'], name=op.f('fk_approval_case_project_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_case'))
    )
    with op.batch_alter_table('approval_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_approval_case_enterprise_id'), ['enterprise_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_approval_case_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_approval_case_project_id'), ['project_id'], unique=False)

    op.create_table('lead',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False, comment='线索来源'),
    sa.Column('content', sa.Text(), nullable=False, comment='线索内容'),
    sa.Column('reported_unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='被反映单位'),
    sa.Column('reported_person', sa.String(length=60), nullable=True, comment='被反映人'),
    sa.Column('informant', sa.String(length=60), nullable=True, comment='反映人'),
    sa.Column('informant_phone', sa.String(length=30), nullable=True, comment='反映人电话'),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='专项监督'),
    sa.Column('check_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='来源检查'),
    sa.Column('trade_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='公共资源交易'),
    sa.Column('assessment', sa.String(length=32), nullable=True, comment='研判结论'),
    sa.Column('opinion', sa.Text(), nullable=True, comment='研判意见'),
    sa.Column('organ', sa.String(length=32), nullable=True, comment='移送机关'),
    sa.Column('handled', sa.Text(), nullable=True, comment='已办经过'),
    sa.Column('request', sa.Text(), nullable=True, comment='移送建议'),
    sa.Column('outcome', sa.String(length=32), nullable=True, comment='处理结果'),
    sa.Column('result', sa.Text(), nullable=True, comment='结果说明'),
    sa.Column('answer', sa.Text(), nullable=True, comment='回复反映人'),
    sa.CheckConstraint("assessment IN ('TRANSFER', 'DISMISS')", name=op.f('ck_lead_assessment')),
    sa.CheckConstraint("organ IN ('DISCIPLINE', 'POLITICAL_LEGAL', 'COURT', 'PROCURATORATE')", name=op.f('ck_lead_organ')),
    sa.CheckConstraint("organ IS NULL OR (assessment IS NOT NULL AND assessment = 'TRANSFER')", name=op.f('ck_lead_assessed_before_transfer')),
    sa.CheckConstraint("outcome IN ('FILED', 'TALK', 'WARNED', 'SETTLED', 'JUDICIAL')", name=op.f('ck_lead_outcome')),
    sa.CheckConstraint("source IN ('CHECK', 'REPORT', 'SPECIAL', 'TICKET', 'TRADE', 'DEPARTMENT', 'OTHER')", name=op.f('ck_lead_source')),
    sa.CheckConstraint('(assessment IS NULL) = (opinion IS NULL)', name=op.f('ck_lead_assessment_has_opinion')),
    sa.CheckConstraint('outcome IS NULL OR organ IS NOT NULL', name=op.f('ck_lead_outcome_after_transfer')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_lead_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['check_id'], ['supervision_check.id'], name=op.f('fk_lead_check_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['id'], ['matter.id'], name=op.f('fk_lead_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reported_unit_id'], ['unit.id'], name=op.f('fk_lead_reported_unit_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['trade_id'], ['public_trade.id'], name=op.f('fk_lead_trade_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lead')),
    sa.UniqueConstraint('trade_id', name=op.f('uq_lead_trade_id'))
    )
    with op.batch_alter_table('lead', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lead_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lead_check_id'), ['check_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lead_reported_unit_id'), ['reported_unit_id'], unique=False)

    op.create_table('milestone',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('project_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='项目'),
    sa.Column('focus', sa.String(length=32), nullable=False, comment='监督内容'),
    sa.Column('planned_on', sa.Date(), nullable=False, comment='计划日期'),
    sa.Column('done_on', sa.Date(), nullable=True, comment='实际日期'),
    sa.Column('result', sa.Text(), nullable=True, comment='完成情况'),
    sa.CheckConstraint("focus IN ('PROCEDURES', 'SERVICE', 'FUNDS', 'INTEGRITY')", name=op.f('ck_milestone_focus')),
    sa.CheckConstraint('result IS NULL OR done_on IS NOT NULL', name=op.f('ck_milestone_result_has_day')),
    sa.ForeignKeyConstraint(['id'], ['matter.id'], name=op.f('fk_milestone_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['project_id'], ['major_project.id'], name=op.f('fk_milestone_project_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone'))
    )
    with op.batch_alter_table('milestone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_milestone_project_id'), ['project_id'], unique=False)

    op.create_table('suggestion',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False, comment='提出日期'),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='建议对象'),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='专项监督'),
    sa.Column('check_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='来源检查'),
    sa.Column('content', sa.Text(), nullable=False, comment='工作建议'),
    sa.Column('adoption', sa.String(length=32), nullable=False, comment='采纳情况'),
    sa.Column('answered_on', sa.Date(), nullable=True, comment='答复日期'),
    sa.Column('answer', sa.Text(), nullable=True, comment='落实情况'),
    sa.CheckConstraint("(adoption = 'PENDING') = (answered_on IS NULL)", name=op.f('ck_suggestion_answer_has_day')),
    sa.CheckConstraint("adoption IN ('PENDING', 'ADOPTED', 'PARTLY', 'REFUSED')", name=op.f('ck_suggestion_adoption')),
    sa.CheckConstraint('answered_on IS NULL OR answered_on >= made_on', name=op.f('ck_suggestion_answer_after_suggestion')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_suggestion_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['check_id'], ['supervision_check.id'], name=op.f('fk_suggestion_check_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_suggestion_unit_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion'))
    )
    with op.batch_alter_table('suggestion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_suggestion_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_suggestion_check_id'), ['check_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_suggestion_unit_id'), ['unit_id'], unique=False)

    op.create_table('supervision_check_enterprise',
    sa.Column('check_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['check_id'], ['supervision_check.id'], name=op.f('fk_supervision_check_enterprise_check_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['enterprise_id'], ['enterprise.id'], name=op.f('fk_supervision_check_enterprise_enterprise_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('check_id', 'enterprise_id', name=op.f('pk_supervision_check_enterprise'))
    )
    with op.batch_alter_table('supervision_check_enterprise', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_supervision_check_enterprise_enterprise_id'), ['enterprise_id'], unique=False)

    op.create_table('supervision_check_item',
    sa.Column('check_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['check_id'], ['supervision_check.id'], name=op.f('fk_supervision_check_item_check_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['checklist_item.id'], name=op.f('fk_supervision_check_item_item_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('check_id', 'item_id', name=op.f('pk_supervision_check_item'))
    )
    with op.batch_alter_table('supervision_check_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_supervision_check_item_item_id'), ['item_id'], unique=False)

    op.create_table('lead_reader',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('lead_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='线索'),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='知悉人'),
    sa.Column('named_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='指定人'),
    sa.Column('named_at', sa.DateTime(timezone=True), nullable=False, comment='指定时间'),
    sa.ForeignKeyConstraint(['lead_id'], ['lead.id'], name=op.f('fk_lead_reader_lead_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['named_by_id'], ['user_account.id'], name=op.f('fk_lead_reader_named_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_lead_reader_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lead_reader')),
    sa.UniqueConstraint('lead_id', 'user_id', name=op.f('uq_lead_reader_lead_id_user_id'))
    )
    with op.batch_alter_table('lead_reader', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lead_reader_named_by_id'), ['named_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lead_reader_user_id'), ['user_id'], unique=False)

    op.create_table('problem',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False, comment='问题来源'),
    sa.Column('content', sa.Text(), nullable=False, comment='问题事实'),
    sa.Column('requirement', sa.Text(), nullable=True, comment='整改要求'),
    sa.Column('check_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='来源检查'),
    sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='专项监督'),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='质询评议'),
    sa.Column('milestone_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='项目节点'),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='清单事项'),
    sa.Column('person', sa.String(length=30), nullable=True, comment='责任人'),
    sa.Column('measures', sa.Text(), nullable=True, comment='整改措施'),
    sa.Column('result', sa.Text(), nullable=True, comment='整改结果'),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True, comment='验收时间'),
    sa.Column('look_back_due_at', sa.DateTime(timezone=True), nullable=True, comment='回头看时限'),
    sa.Column('relapses', sa.Integer(), server_default='0', nullable=False, comment='反弹次数'),
    sa.CheckConstraint("source <> 'CHECK' OR check_id IS NOT NULL", name=op.f('ck_problem_check_is_named')),
    sa.CheckConstraint("source IN ('CHECK', 'MEETING', 'QUESTIONING', 'RATING', 'PROJECT', 'LEAD', 'OTHER')", name=op.f('ck_problem_source')),
    sa.CheckConstraint("source NOT IN ('QUESTIONING', 'RATING') OR session_id IS NOT NULL", name=op.f('ck_problem_session_is_named')),
    sa.CheckConstraint('look_back_due_at IS NULL OR accepted_at IS NOT NULL', name=op.f('ck_problem_look_back_after_acceptance')),
    sa.CheckConstraint('relapses >= 0', name=op.f('ck_problem_relapses_not_negative')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_problem_campaign_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['check_id'], ['supervision_check.id'], name=op.f('fk_problem_check_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['id'], ['matter.id'], name=op.f('fk_problem_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['item_id'], ['checklist_item.id'], name=op.f('fk_problem_item_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['milestone_id'], ['milestone.id'], name=op.f('fk_problem_milestone_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['session_id'], ['inquiry_session.id'], name=op.f('fk_problem_session_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_problem'))
    )
    with op.batch_alter_table('problem', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_problem_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_problem_check_id'), ['check_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_problem_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_problem_look_back_due_at'), ['look_back_due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_problem_milestone_id'), ['milestone_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_problem_session_id'), ['session_id'], unique=False)

    op.create_table('look_back',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('problem_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='问题'),
    sa.Column('round', sa.Integer(), server_default='1', nullable=False, comment='第几次'),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True, comment='回头看时限'),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False, comment='回头看时间'),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='回头看人员'),
    sa.Column('result', sa.String(length=32), nullable=False, comment='结论'),
    sa.Column('note', sa.Text(), nullable=False, comment='核查情况'),
    sa.CheckConstraint("result IN ('REAL', 'PARTIAL', 'RELAPSE')", name=op.f('ck_look_back_result')),
    sa.CheckConstraint('round > 0', name=op.f('ck_look_back_round_positive')),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_look_back_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['problem_id'], ['problem.id'], name=op.f('fk_look_back_problem_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_look_back')),
    sa.UniqueConstraint('problem_id', 'round', name=op.f('uq_look_back_problem_id_round'))
    )
    with op.batch_alter_table('look_back', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_look_back_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_look_back_problem_id'), ['problem_id'], unique=False)

    with op.batch_alter_table('outcome', schema=None) as batch_op:
        batch_op.add_column(sa.Column('campaign_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='专项监督'))
        batch_op.create_index(batch_op.f('ix_outcome_campaign_id'), ['campaign_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_outcome_campaign_id'), 'campaign', ['campaign_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('matter', schema=None) as batch_op:
        for kind, states in STATES.items():
            known = ', '.join(f"'{state}'" for state in states)
            batch_op.create_check_constraint(op.f(f'ck_matter_{kind}_state'), f"kind <> '{kind}' OR state IN ({known})")


def downgrade() -> None:
    with op.batch_alter_table('matter', schema=None) as batch_op:
        for kind in STATES:
            batch_op.drop_constraint(op.f(f'ck_matter_{kind}_state'), type_='check')
    with op.batch_alter_table('outcome', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_outcome_campaign_id'), type_='foreignkey')
        batch_op.drop_index(op.f('ix_outcome_campaign_id'))
        batch_op.drop_column('campaign_id')
    for table in (
        'look_back', 'problem', 'lead_reader', 'supervision_check_item', 'supervision_check_enterprise',
        'suggestion', 'milestone', 'lead', 'approval_case', 'supervision_check',
        'parallel_approval_unit', 'online_test', 'inquiry_session_unit', 'checklist_item', 'campaign_unit',
        'reform_item', 'public_trade', 'parallel_approval', 'major_project', 'inquiry_session',
        'concentration', 'campaign', 'approval_item',
    ):
        op.drop_table(table)
