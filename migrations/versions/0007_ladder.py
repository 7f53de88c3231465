"""Ladder: facts as proposed, withdrawn measures, one waiting proposal a rung

Revision ID: 0007
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0008"
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
    action = sa.table(TABLE, *map(sa.column, ("id", "matter_id", "unit_id", "rung", "rule_id", "state", "drafted_at", "decided_at", "decline_reason")))
    notice = sa.table("notice", *map(sa.column, ("action_id", "state", "void_reason", "closed_at", "drafted_at")))
    newer = action.alias()
    same = (newer.c[name] == action.c[name] for name in ("matter_id", "unit_id", "rung", "state"))
    repeated = sa.select(action.c.id).where(
        action.c.state == "DRAFT", action.c.rule_id.is_not(None),
        sa.exists().where(*same, newer.c.rule_id.is_not(None), newer.c.id > action.c.id))
    ids = list(op.get_bind().scalars(repeated))
    why = "重复拟办，已合并"
    op.execute(
        sa.update(notice).where(notice.c.state.in_(["DRAFT", "SUBMITTED"]), notice.c.action_id.in_(ids))
        .values(state="VOID", void_reason=why, closed_at=notice.c.drafted_at))
    op.execute(sa.update(action).where(action.c.id.in_(ids)).values(state="DECLINED", decline_reason=why, decided_at=action.c.drafted_at))


def downgrade() -> None:
    op.drop_index("uq_accountability_action_open", table_name=TABLE)
    with op.batch_alter_table(TABLE) as batch_op:
        batch_op.drop_constraint(op.f("ck_accountability_action_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_accountability_action_state"), BEFORE)
        batch_op.drop_column("amended")
        batch_op.drop_column("proposed_grounds")
