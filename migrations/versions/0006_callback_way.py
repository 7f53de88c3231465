"""way of a call back, manner of handling

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

WAYS = "way IN ('PHONE', 'VISIT', 'SMS', 'CHAT', 'ONLINE')"
MANNERS = "manner IN ('SINGLE', 'JOINT', 'CONSULT', 'ON_SITE')"
# (table, column): the label before and after
LABELS = {
    ('callback', 'at'): ('回访时间', '联系时间'), ('deferral', 'opinion'): ('签字意见', '签批意见'),
    ('deferral', 'decided_at'): ('签字时间', '签批时间'), ('approval_case', 'paused_at'): ('停表时间', '中止时间'),
}


def _label(after: bool) -> None:
    """Labels are kept as comments where the database has them."""
    if op.get_bind().dialect.supports_comments:
        for (table, column), (old, new) in LABELS.items():
            op.alter_column(table, column, comment=new if after else old, existing_comment=old if after else new)


def upgrade() -> None:
    with op.batch_alter_table('callback', schema=None) as batch_op:
        batch_op.add_column(sa.Column('way', sa.String(length=32), server_default='PHONE', nullable=False, comment='联系方式'))
        batch_op.create_check_constraint(op.f('ck_callback_way'), WAYS)
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.add_column(sa.Column('manner', sa.String(length=32), nullable=True, comment='办理方式'))
        batch_op.create_check_constraint(op.f('ck_ticket_manner'), MANNERS)
    _label(after=True)


def downgrade() -> None:
    _label(after=False)
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_ticket_manner'), type_='check')
        batch_op.drop_column('manner')
    with op.batch_alter_table('callback', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_callback_way'), type_='check')
        batch_op.drop_column('way')
