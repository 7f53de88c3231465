"""the gauges of each unit and day are kept, not counted anew

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

COUNTED = {
    'opened': '登记件', 'on_time_part': '按期答复率分子', 'on_time_whole': '按期答复率分母',
    'late_part': '超期回复分子', 'late_whole': '超期回复分母', 'missing_part': '超期未回复分子',
    'missing_whole': '超期未回复分母', 'once_part': '一次办好率分子', 'once_whole': '一次办好率分母',
    'rework_part': '重办分子', 'rework_whole': '重办分母', 'on_spot_part': '当场解决率分子',
    'on_spot_whole': '当场解决率分母', 'satisfaction_part': '满意率分子', 'satisfaction_whole': '满意率分母',
    'linkage_done_part': '110联动完成率分子', 'linkage_done_whole': '110联动完成率分母', 'linkage_good_part': '110联动满意率分子',
    'linkage_good_whole': '110联动满意率分母', 'exempt_part': '核减率分子', 'exempt_whole': '核减率分母',
    'three_way_part': '三方通话及时接听率分子', 'three_way_whole': '三方通话及时接听率分母',
}


def upgrade() -> None:
    """The figures are filled, and the triggers put up that keep them, when all migrations are done (migrations/env.py)."""
    op.create_table(
        'ticket_day',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='主办单位'),
        sa.Column('day', sa.Date(), nullable=False, comment='日期'),
        sa.Column('fresh', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='尚未并入'),
        *(sa.Column(name, sa.Integer(), server_default='0', nullable=False, comment=label) for name, label in COUNTED.items()),
        sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_ticket_day_unit_id'), ondelete='RESTRICT'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_day')),
    )
    op.create_index('ix_ticket_day_day', 'ticket_day', ['day'])
    op.create_index('ix_ticket_day_unit_id', 'ticket_day', ['unit_id'])
    fresh = sa.text('fresh')
    op.create_index('ix_ticket_day_fresh', 'ticket_day', ['day', 'unit_id'], sqlite_where=fresh, postgresql_where=fresh)


def downgrade() -> None:
    op.drop_table('ticket_day')
