"""what names the state of units, roles, settings and the like, so that processes need not read them for every page

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The digest of the last link is as good a name as any until one of those tables changes."""
    op.add_column('audit_head', sa.Column('reference', sa.String(64), nullable=True, comment='基础数据状态'))
    op.execute('UPDATE audit_head SET reference = hash')


def downgrade() -> None:
    op.drop_column('audit_head', 'reference')
