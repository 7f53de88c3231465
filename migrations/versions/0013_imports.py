"""imports of registers

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('import_word',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('target', sa.String(length=60), nullable=False, comment='导入到'),
    sa.Column('word', sa.String(length=60), nullable=False, comment='对方的写法'),
    sa.Column('meaning', sa.String(length=60), server_default='', nullable=False, comment='对应取值'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_word')),
    sa.UniqueConstraint('target', 'word', name=op.f('uq_import_word_target_word'))
    )
    op.create_table('import_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('register', sa.String(length=40), nullable=False, comment='导入到'),
    sa.Column('file_name', sa.String(length=200), nullable=False, comment='文件名'),
    sa.Column('state', sa.String(length=32), nullable=False, comment='状态'),
    sa.Column('file', sa.LargeBinary(), nullable=True, comment='文件内容'),
    sa.Column('about', sa.JSON(), server_default='{}', nullable=False, comment='上传时所填'),
    sa.Column('total', sa.Integer(), server_default='0', nullable=False, comment='总行数'),
    sa.Column('done', sa.Integer(), server_default='0', nullable=False, comment='已处理'),
    sa.Column('added', sa.Integer(), server_default='0', nullable=False, comment='新增'),
    sa.Column('changed', sa.Integer(), server_default='0', nullable=False, comment='更新'),
    sa.Column('same', sa.Integer(), server_default='0', nullable=False, comment='不变'),
    sa.Column('bad', sa.Integer(), server_default='0', nullable=False, comment='错误'),
    sa.Column('message', sa.String(length=300), nullable=True, comment='说明'),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False, comment='上传时间'),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='上传人'),
    sa.Column('settled_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='办理人'),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True, comment='导入时间'),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True, comment='撤销时间'),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=True, comment='后台办理时间'),
    sa.CheckConstraint("state IN ('READING', 'PREVIEW', 'WRITING', 'DONE', 'UNDOING', 'UNDONE', 'DROPPED', 'FAILED')", name=op.f('ck_import_run_state')),
    sa.CheckConstraint("state NOT IN ('DONE', 'UNDOING', 'UNDONE') OR confirmed_at IS NOT NULL", name=op.f('ck_import_run_imported_has_time')),
    sa.CheckConstraint('total >= 0 AND done >= 0 AND added >= 0 AND changed >= 0 AND same >= 0 AND bad >= 0', name=op.f('ck_import_run_counters')),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_import_run_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['settled_by_id'], ['user_account.id'], name=op.f('fk_import_run_settled_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    with op.batch_alter_table('import_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_run_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_run_settled_by_id'), ['settled_by_id'], unique=False)
        batch_op.create_index('ix_import_run_state', ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_run_uploaded_at'), ['uploaded_at'], unique=False)

    op.create_table('import_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='批次'),
    sa.Column('line', sa.Integer(), nullable=False, comment='行'),
    sa.Column('verdict', sa.String(length=32), nullable=False, comment='结果'),
    sa.Column('raw', sa.Text(), nullable=False, comment='所填内容'),
    sa.Column('data', sa.Text(), nullable=False, comment='取值'),
    sa.Column('before', sa.Text(), nullable=False, comment='原值'),
    sa.Column('target_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='记录号'),
    sa.Column('reasons', sa.Text(), server_default='', nullable=False, comment='原因'),
    sa.CheckConstraint("verdict IN ('NEW', 'UPDATE', 'SAME', 'BAD')", name=op.f('ck_import_row_verdict')),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_row_run_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_row')),
    sa.UniqueConstraint('run_id', 'line', name=op.f('uq_import_row_run_id_line'))
    )
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.create_index('ix_import_row_verdict', ['run_id', 'verdict', 'line'], unique=False)

    _lists()


def _lists() -> None:
    """The lists of new registrations keep what they announced; their rows and states are the import's now."""
    op.execute("DELETE FROM firm_batch WHERE state NOT IN ('CONFIRMED', 'UNDONE')")
    with op.batch_alter_table('firm_batch') as batch_op:
        batch_op.drop_constraint(op.f('ck_firm_batch_state'), type_='check')
        batch_op.drop_constraint(op.f('ck_firm_batch_confirmed_has_time'), type_='check')
    with op.batch_alter_table('firm_batch') as batch_op:
        batch_op.add_column(sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True, comment='撤销时间'))
    op.execute("UPDATE firm_batch SET voided_at = confirmed_at WHERE state = 'UNDONE'")
    with op.batch_alter_table('firm_batch') as batch_op:
        batch_op.drop_index('ix_firm_batch_uploaded_by_id')
        batch_op.drop_constraint(op.f('fk_firm_batch_uploaded_by_id'), type_='foreignkey')
        batch_op.drop_column('content')
        batch_op.drop_column('uploaded_by_id')
        batch_op.drop_column('state')
        batch_op.drop_column('uploaded_at')
        batch_op.alter_column('confirmed_at', existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.add_column(sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='导入批次'))
        batch_op.create_unique_constraint('uq_firm_batch_run_id', ['run_id'])
        batch_op.create_foreign_key('fk_firm_batch_run_id', 'import_run', ['run_id'], ['id'], ondelete='RESTRICT')


def downgrade() -> None:
    with op.batch_alter_table('firm_batch') as batch_op:
        batch_op.drop_constraint(op.f('fk_firm_batch_run_id'), type_='foreignkey')
        batch_op.drop_constraint(op.f('uq_firm_batch_run_id'), type_='unique')
        batch_op.drop_column('run_id')
        batch_op.drop_column('voided_at')
        batch_op.alter_column('confirmed_at', existing_type=sa.DateTime(timezone=True), nullable=True)
        batch_op.add_column(sa.Column('state', sa.String(length=32), server_default='CONFIRMED', nullable=False, comment='状态'))
        batch_op.add_column(sa.Column('content', sa.JSON(), server_default='{}', nullable=False, comment='名单内容'))
        batch_op.add_column(sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=True, comment='上传时间'))
        batch_op.add_column(sa.Column('uploaded_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='上传人'))
    op.execute('UPDATE firm_batch SET uploaded_at = confirmed_at')
    with op.batch_alter_table('firm_batch') as batch_op:
        batch_op.alter_column('uploaded_at', existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_foreign_key(op.f('fk_firm_batch_uploaded_by_id'), 'user_account', ['uploaded_by_id'], ['id'], ondelete='RESTRICT')
        batch_op.create_index(op.f('ix_firm_batch_uploaded_by_id'), ['uploaded_by_id'], unique=False)
        batch_op.create_check_constraint(op.f('ck_firm_batch_state'), "state IN ('PREVIEW', 'CONFIRMED', 'DROPPED', 'UNDONE')")
        batch_op.create_check_constraint(op.f('ck_firm_batch_confirmed_has_time'), "(state IN ('CONFIRMED', 'UNDONE')) = (confirmed_at IS NOT NULL)")
    for table in ('import_row', 'import_run', 'import_word'):
        op.drop_table(table)
