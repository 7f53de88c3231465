"""what a person keeps: saved filters, chosen columns, drafts, matters followed

Revision ID: 0008
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='填写人'),
    sa.Column('address', sa.String(length=200), nullable=False, comment='表单'),
    sa.Column('title', sa.String(length=120), nullable=False, comment='标题'),
    sa.Column('fields', sa.Text(), nullable=False, comment='内容'),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False, comment='暂存时间'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_draft_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft')),
    sa.UniqueConstraint('user_id', 'address', name=op.f('uq_draft_user_id_address'))
    )
    op.create_table('list_columns',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='使用人'),
    sa.Column('panel', sa.String(length=40), nullable=False, comment='列表'),
    sa.Column('hidden', sa.String(length=600), nullable=False, comment='不显示的列'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_list_columns_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_columns')),
    sa.UniqueConstraint('user_id', 'panel', name=op.f('uq_list_columns_user_id_panel'))
    )
    op.create_table('saved_filter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='保存人'),
    sa.Column('panel', sa.String(length=40), nullable=False, comment='列表'),
    sa.Column('name', sa.String(length=20), nullable=False, comment='名称'),
    sa.Column('query', sa.String(length=800), nullable=False, comment='条件'),
    sa.Column('sharing', sa.String(length=32), nullable=False, comment='谁可使用'),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='共享单位'),
    sa.Column('role_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='共享角色'),
    sa.Column('is_default', sa.Boolean(), server_default=sa.text('(false)'), nullable=False, comment='默认打开'),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False, comment='保存时间'),
    sa.CheckConstraint("(sharing = 'ROLE') = (role_id IS NOT NULL)", name=op.f('ck_saved_filter_shared_with_a_role')),
    sa.CheckConstraint("(sharing = 'UNIT') = (unit_id IS NOT NULL)", name=op.f('ck_saved_filter_shared_with_a_unit')),
    sa.CheckConstraint("sharing IN ('OWN', 'UNIT', 'ROLE')", name=op.f('ck_saved_filter_sharing')),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_saved_filter_role_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_saved_filter_unit_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_saved_filter_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_filter')),
    sa.UniqueConstraint('user_id', 'panel', 'name', name=op.f('uq_saved_filter_user_id_panel_name'))
    )
    with op.batch_alter_table('saved_filter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_filter_role_id'), ['role_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_saved_filter_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('uq_saved_filter_one_default', ['user_id', 'panel'], unique=True, sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'))

    op.create_table('follow',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='关注人'),
    sa.Column('matter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='事项'),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False, comment='关注时间'),
    sa.ForeignKeyConstraint(['matter_id'], ['matter.id'], name=op.f('fk_follow_matter_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_follow_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow')),
    sa.UniqueConstraint('user_id', 'matter_id', name=op.f('uq_follow_user_id_matter_id'))
    )
    with op.batch_alter_table('follow', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_matter_id'), ['matter_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('follow', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_matter_id'))

    op.drop_table('follow')
    with op.batch_alter_table('saved_filter', schema=None) as batch_op:
        batch_op.drop_index('uq_saved_filter_one_default', sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'))
        batch_op.drop_index(batch_op.f('ix_saved_filter_unit_id'))
        batch_op.drop_index(batch_op.f('ix_saved_filter_role_id'))

    op.drop_table('saved_filter')
    op.drop_table('list_columns')
    op.drop_table('draft')
