"""log-ins, second factor, stand-ins

Revision ID: 0009
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('delegation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('lender_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='被代理人'),
    sa.Column('stand_in_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='代理人'),
    sa.Column('role_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='角色'),
    sa.Column('starts_on', sa.Date(), nullable=False, comment='起始日期'),
    sa.Column('ends_on', sa.Date(), nullable=False, comment='截止日期'),
    sa.Column('reason', sa.String(length=120), nullable=False, comment='事由'),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='办理人'),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False, comment='办理时间'),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True, comment='提前结束时间'),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_delegation_days_in_order')),
    sa.CheckConstraint('lender_id <> stand_in_id', name=op.f('ck_delegation_two_people')),
    sa.ForeignKeyConstraint(['lender_id'], ['user_account.id'], name=op.f('fk_delegation_lender_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['made_by_id'], ['user_account.id'], name=op.f('fk_delegation_made_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_delegation_role_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['stand_in_id'], ['user_account.id'], name=op.f('fk_delegation_stand_in_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation'))
    )
    with op.batch_alter_table('delegation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delegation_lender_id'), ['lender_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegation_made_by_id'), ['made_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegation_role_id'), ['role_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delegation_stand_in_id'), ['stand_in_id'], unique=False)

    op.create_table('old_password',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='用户'),
    sa.Column('password_hash', sa.String(length=200), nullable=False, comment='口令摘要'),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False, comment='停用时间'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_old_password_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_old_password'))
    )
    with op.batch_alter_table('old_password', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_old_password_user_id'), ['user_id'], unique=False)

    op.create_table('recovery_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='用户'),
    sa.Column('code_hash', sa.String(length=64), nullable=False, comment='恢复码摘要'),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True, comment='使用时间'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_recovery_code_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_code_user_id'), ['user_id'], unique=False)

    op.create_table('user_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='用户'),
    sa.Column('token_hash', sa.String(length=64), nullable=False, comment='凭据摘要'),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False, comment='登录时间'),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False, comment='最近操作'),
    sa.Column('address', sa.String(length=60), nullable=False, comment='来源地址'),
    sa.Column('agent', sa.String(length=160), nullable=False, comment='设备'),
    sa.Column('confirmed', sa.Boolean(), server_default=sa.text('(false)'), nullable=False, comment='已过第二因素'),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True, comment='结束时间'),
    sa.Column('ended_why', sa.String(length=32), nullable=True, comment='结束原因'),
    sa.CheckConstraint("ended_why IN ('LOGOUT', 'PASSWORD', 'DISABLED', 'OWNER', 'ADMIN', 'IDLE')", name=op.f('ck_user_session_ended_why')),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_why IS NULL)', name=op.f('ck_user_session_end_has_reason')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_user_session_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_user_session_token_hash'))
    )
    with op.batch_alter_table('user_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_session_user_id'), ['user_id'], unique=False)

    # One ADD COLUMN each: a table that is made anew on SQLite would lose its triggers.
    op.add_column('matter_event', sa.Column('for_name', sa.String(length=30), nullable=True, comment='代谁办理'))
    op.add_column('user_account', sa.Column('totp_secret', sa.Text(), nullable=True, comment='动态口令密钥'))
    op.add_column('user_account', sa.Column('totp_on', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='动态口令'))
    op.add_column('user_account', sa.Column('totp_step', sa.Integer(), nullable=True, comment='已用动态口令'))


def downgrade() -> None:
    for table, column in (('user_account', 'totp_step'), ('user_account', 'totp_on'), ('user_account', 'totp_secret'), ('matter_event', 'for_name')):
        op.drop_column(table, column)
    with op.batch_alter_table('user_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_session_user_id'))

    op.drop_table('user_session')
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_code_user_id'))

    op.drop_table('recovery_code')
    with op.batch_alter_table('old_password', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_old_password_user_id'))

    op.drop_table('old_password')
    with op.batch_alter_table('delegation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delegation_stand_in_id'))
        batch_op.drop_index(batch_op.f('ix_delegation_role_id'))
        batch_op.drop_index(batch_op.f('ix_delegation_made_by_id'))
        batch_op.drop_index(batch_op.f('ix_delegation_lender_id'))

    op.drop_table('delegation')
