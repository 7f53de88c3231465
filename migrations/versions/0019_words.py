"""documents have short names, the inbox remembers how far it was read

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

SHORT = {'E': '环境优化意见', 'J': '蓟州督导机制', 'M': '牟平工作组方案', 'W': '卫东监督治理', 'Y': '源城有呼必应机制'}  # of the documents that came with the packs


def upgrade() -> None:
    op.add_column('source_document', sa.Column('short_name', sa.String(length=20), nullable=True, comment='简称'))
    table = sa.table('source_document', sa.column('key'), sa.column('short_name'))
    for key, name in SHORT.items():
        op.execute(table.update().where(table.c.key == key).values(short_name=name))
    op.create_table('inbox_mark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='使用人'),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False, comment='看到何时'),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_inbox_mark_user_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox_mark')),
    sa.UniqueConstraint('user_id', name=op.f('uq_inbox_mark_user_id'))
    )


def downgrade() -> None:
    op.drop_table('inbox_mark')
    op.drop_column('source_document', 'short_name')
