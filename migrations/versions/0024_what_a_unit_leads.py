"""index for everything a unit leads, in the order of lists

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A clerk's list of everything is read in its order; before, all the unit ever had was looked up and sorted."""
    op.create_index('ix_matter_unit_queue', 'matter', ['unit_id', 'kind', 'queue', 'due_at', 'id', 'state', 'closed_at', 'answered_at', 'warn_at'])
    op.execute('ANALYZE matter')  # SQLite takes an index without figures for a very good one


def downgrade() -> None:
    op.drop_index('ix_matter_unit_queue', 'matter')
