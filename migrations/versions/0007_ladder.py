"""Ladder: facts as proposed, withdrawn measures, one waiting proposal a rung

Revision ID: 0007
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "accountability_action"
BEFORE = "state IN ('DRAFT', 'DECLINED', 'ISSUED', 'ANSWERED', 'CLOSED')"
AFTER = "state IN ('DRAFT', 'DECLINED', 'ISSUED', 'ANSWERED', 'CLOSED', 'WITHDRAWN')"
WAITING = "state = 'DRAFT' AND rule_id IS NOT NULL"


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.add_column(sa.Column("proposed_grounds", sa.Text(), nullable=True, comment="拟办时的事实依据"))
        batch_op.add_column(
            sa.Column("amended", sa.Boolean(), server_default=sa.text("false"), nullable=False, comment="事实依据已手工修改"))
        batch_op.drop_constraint(op.f("ck_accountability_action_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_accountability_action_state"), AFTER)
    _drop_repeated_proposals()
    where = sa.text(WAITING)
    op.create_index(
        "uq_accountability_action_open", TABLE, ["matter_id", "rung", "unit_id"], unique=True, sqlite_where=where, postgresql_where=where)


def _drop_repeated_proposals() -> None:
    """Of several proposals of one rung that wait against a unit the newest stays; their letters were never out."""
    repeated = (
        f"SELECT a.id FROM {TABLE} a WHERE a.state = 'DRAFT' AND a.rule_id IS NOT NULL AND EXISTS (SELECT 1 FROM {TABLE} b "
        "WHERE b.state = 'DRAFT' AND b.rule_id IS NOT NULL AND b.matter_id = a.matter_id AND b.unit_id = a.unit_id "
        "AND b.rung = a.rung AND b.id > a.id)"
    )
    op.execute(
        "UPDATE notice SET state = 'VOID', void_reason = '重复拟办，已合并', closed_at = drafted_at "
        f"WHERE state IN ('DRAFT', 'SUBMITTED') AND action_id IN ({repeated})")
    op.execute(
        f"UPDATE {TABLE} SET state = 'DECLINED', decline_reason = '重复拟办，已合并', decided_at = drafted_at WHERE id IN ({repeated})")


def downgrade() -> None:
    op.drop_index("uq_accountability_action_open", table_name=TABLE)
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.drop_constraint(op.f("ck_accountability_action_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_accountability_action_state"), BEFORE)
        batch_op.drop_column("amended")
        batch_op.drop_column("proposed_grounds")
