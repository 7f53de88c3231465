"""lists of new firms taken back; files of meetings and visits

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
STANDING = sa.text('voided_at IS NULL')
ONE_HOLDER = (
    "(matter_id IS NOT NULL AND meeting_id IS NULL AND visit_id IS NULL) OR (matter_id IS NULL AND meeting_id IS NOT NULL"
    " AND visit_id IS NULL) OR (matter_id IS NULL AND meeting_id IS NULL AND visit_id IS NOT NULL)"
)


def upgrade() -> None:
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('meeting_id', BIG, nullable=True, comment='会议'))
        batch_op.add_column(sa.Column('visit_id', BIG, nullable=True, comment='走访'))
        batch_op.alter_column('matter_id', existing_type=BIG, nullable=True)
        batch_op.create_index(batch_op.f('ix_attachment_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachment_visit_id'), ['visit_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_attachment_meeting_id'), 'meeting', ['meeting_id'], ['id'], ondelete='RESTRICT')
        batch_op.create_foreign_key(batch_op.f('fk_attachment_visit_id'), 'visit', ['visit_id'], ['id'], ondelete='RESTRICT')
        batch_op.create_check_constraint(batch_op.f('ck_attachment_one_holder'), ONE_HOLDER)

    _firm_batch(('PREVIEW', 'CONFIRMED', 'DROPPED', 'UNDONE'), "(state IN ('CONFIRMED', 'UNDONE')) = (confirmed_at IS NOT NULL)")
    with op.batch_alter_table('new_firm', schema=None) as batch_op:
        batch_op.add_column(sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True, comment='撤销时间'))
        batch_op.drop_constraint(batch_op.f('uq_new_firm_enterprise_id'), type_='unique')
        batch_op.create_index('ix_new_firm_enterprise_id', ['enterprise_id'], unique=False)
        batch_op.create_index('uq_new_firm_enterprise_standing', ['enterprise_id'], unique=True, sqlite_where=STANDING, postgresql_where=STANDING)


def downgrade() -> None:
    with op.batch_alter_table('new_firm', schema=None) as batch_op:
        batch_op.drop_index('uq_new_firm_enterprise_standing', sqlite_where=STANDING, postgresql_where=STANDING)
        batch_op.drop_index('ix_new_firm_enterprise_id')
        batch_op.create_unique_constraint(batch_op.f('uq_new_firm_enterprise_id'), ['enterprise_id'])
        batch_op.drop_column('voided_at')
    _firm_batch(('PREVIEW', 'CONFIRMED', 'DROPPED'), "(state = 'CONFIRMED') = (confirmed_at IS NOT NULL)")

    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_attachment_one_holder'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_attachment_visit_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_attachment_meeting_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_attachment_visit_id'))
        batch_op.drop_index(batch_op.f('ix_attachment_meeting_id'))
        batch_op.alter_column('matter_id', existing_type=BIG, nullable=False)
        batch_op.drop_column('visit_id')
        batch_op.drop_column('meeting_id')


def _firm_batch(states: tuple[str, ...], has_time: str) -> None:
    """The two checks that name the states of a list."""
    named = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table('firm_batch', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_firm_batch_state'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_firm_batch_confirmed_has_time'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_firm_batch_state'), f"state IN ({named})")
        batch_op.create_check_constraint(batch_op.f('ck_firm_batch_confirmed_has_time'), has_time)
