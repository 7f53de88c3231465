"""imprints of rows in the trail

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('audit_entry', sa.Column('imprints', sa.Text(), server_default='', nullable=False, comment='数据印记'))


def downgrade() -> None:
    op.drop_column('audit_entry', 'imprints')
