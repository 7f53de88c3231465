"""the public page, the outbox, interfaces for other systems

Revision ID: 0012
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('throttle',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('bucket', sa.String(length=64), nullable=False, comment='对象摘要'),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False, comment='时段起'),
    sa.Column('last', sa.Integer(), server_default='0', nullable=False, comment='次数'),
    sa.CheckConstraint('last >= 0', name=op.f('ck_throttle_hits_not_negative')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_throttle')),
    sa.UniqueConstraint('bucket', 'starts_at', name=op.f('uq_throttle_bucket_starts_at'))
    )
    with op.batch_alter_table('throttle', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_throttle_starts_at'), ['starts_at'], unique=False)

    op.create_table('enterprise_rating',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='诉求'),
    sa.Column('round', sa.Integer(), server_default='1', nullable=False, comment='第几轮'),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False, comment='评价时间'),
    sa.Column('proof', sa.String(length=32), nullable=False, comment='凭据'),
    sa.Column('solved', sa.Boolean(), server_default=sa.text('(false)'), nullable=False, comment='问题已解决'),
    sa.Column('satisfaction', sa.String(length=32), nullable=False, comment='满意度'),
    sa.Column('comment', sa.Text(), nullable=True, comment='想说的话'),
    sa.CheckConstraint("proof IN ('CODE', 'PHONE')", name=op.f('ck_enterprise_rating_proof')),
    sa.CheckConstraint("satisfaction IN ('VERY', 'SATISFIED', 'BASIC', 'NOT', 'VERY_NOT')", name=op.f('ck_enterprise_rating_satisfaction')),
    sa.CheckConstraint('round > 0', name=op.f('ck_enterprise_rating_round_positive')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_enterprise_rating_ticket_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enterprise_rating')),
    sa.UniqueConstraint('ticket_id', 'round', name=op.f('uq_enterprise_rating_ticket_id_round'))
    )
    op.create_table('public_demand',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('ticket_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='诉求'),
    sa.Column('token_hash', sa.String(length=64), nullable=False, comment='查询码摘要'),
    sa.Column('credit_code', sa.String(length=18), nullable=True, comment='自报统一社会信用代码'),
    sa.Column('consent_at', sa.DateTime(timezone=True), nullable=False, comment='同意个人信息使用'),
    sa.CheckConstraint('length(token_hash) = 64', name=op.f('ck_public_demand_hash_length')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_public_demand_ticket_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_demand')),
    sa.UniqueConstraint('ticket_id', name=op.f('uq_public_demand_ticket_id'))
    )

    op.create_table('outbox_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False, comment='标识'),
    sa.Column('way', sa.String(length=32), nullable=False, comment='方式'),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='收件人'),
    sa.Column('address', sa.String(length=120), nullable=False, comment='地址'),
    sa.Column('subject', sa.String(length=120), nullable=False, comment='主题'),
    sa.Column('body', sa.Text(), nullable=False, comment='正文'),
    sa.Column('state', sa.String(length=32), nullable=False, comment='发送状态'),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False, comment='生成时间'),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False, comment='下次发送'),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False, comment='已试次数'),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True, comment='发出时间'),
    sa.Column('error', sa.String(length=200), nullable=True, comment='最近一次错误'),
    sa.CheckConstraint("(state = 'SENT') = (sent_at IS NOT NULL)", name=op.f('ck_outbox_message_sent_has_time')),
    sa.CheckConstraint("state IN ('WAITING', 'SENT', 'GIVEN_UP')", name=op.f('ck_outbox_message_state')),
    sa.CheckConstraint("way <> 'MAIL' OR length(address) > 0", name=op.f('ck_outbox_message_mail_has_address')),
    sa.CheckConstraint("way IN ('MAIL', 'ROBOT')", name=op.f('ck_outbox_message_way')),
    sa.CheckConstraint('tries >= 0', name=op.f('ck_outbox_message_tries_not_negative')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_outbox_message_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_message_key'))
    )
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_message_user_id'), ['user_id'], unique=False)
        batch_op.create_index('ix_outbox_message_waiting', ['state', 'next_at'], unique=False)

    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email', sa.String(length=120), nullable=True, comment='邮箱'))

    op.create_table('api_client',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False, comment='系统名称'),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='接口账号'),
    sa.Column('token_hash', sa.String(length=64), nullable=False, comment='令牌摘要'),
    sa.Column('token_head', sa.String(length=12), nullable=False, comment='令牌开头'),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False, comment='发放时间'),
    sa.Column('issued_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='发放人'),
    sa.Column('expires_on', sa.Date(), nullable=False, comment='有效期至'),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True, comment='停用时间'),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True, comment='最近使用'),
    sa.CheckConstraint('length(token_hash) = 64', name=op.f('ck_api_client_hash_length')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['user_account.id'], name=op.f('fk_api_client_issued_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_api_client_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_client')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_api_client_token_hash'))
    )
    with op.batch_alter_table('api_client', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_client_issued_by_id'), ['issued_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_api_client_user_id'), ['user_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('api_client', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_api_client_user_id'))
        batch_op.drop_index(batch_op.f('ix_api_client_issued_by_id'))

    op.drop_table('api_client')

    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.drop_column('email')

    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_message_waiting')
        batch_op.drop_index(batch_op.f('ix_outbox_message_user_id'))

    op.drop_table('outbox_message')

    op.drop_table('public_demand')
    op.drop_table('enterprise_rating')
    with op.batch_alter_table('throttle', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_throttle_starts_at'))

    op.drop_table('throttle')
