"""indexes for whose turn it is, and for second calls of a month

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What a unit has to sign or answer, and what its scope holds, are the beginning of one index."""
    op.create_index('ix_matter_unit_turn', 'matter_unit', ['unit_id', 'active', 'role', 'state', 'matter_id'])
    op.drop_index('ix_matter_unit_scope', 'matter_unit')
    op.create_index('ix_callback_second', 'callback', ['second', 'at', 'ticket_id'])


def downgrade() -> None:
    op.drop_index('ix_callback_second', 'callback')
    op.create_index('ix_matter_unit_scope', 'matter_unit', ['unit_id', 'active', 'matter_id'])
    op.drop_index('ix_matter_unit_turn', 'matter_unit')
