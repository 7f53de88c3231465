"""a sample of the tickets called back is called a second time

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('callback', sa.Column('second', sa.Boolean(), nullable=True, comment='二次回访'))
    op.add_column('ticket', sa.Column('second_call_at', sa.DateTime(timezone=True), nullable=True, comment='抽中二次回访时间'))
    op.create_index('ix_ticket_second_call', 'ticket', ['second_call_at'])


def downgrade() -> None:
    op.drop_index('ix_ticket_second_call', 'ticket')
    op.drop_column('ticket', 'second_call_at')
    op.drop_column('callback', 'second')
