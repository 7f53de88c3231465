"""how often the background process has begun an import; waiting files are sealed

Revision ID: 0014
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('import_run', sa.Column('tries', sa.Integer(), server_default='0', nullable=False, comment='后台办理次数'))
    # Files that waited unsealed cannot be read any more: their people are asked to send them again.
    op.execute("UPDATE import_run SET state = 'FAILED', file = NULL, message = '系统升级，请重新上传' WHERE state = 'READING'")


def downgrade() -> None:
    op.drop_column('import_run', 'tries')
