"""a case waiting for its review is called WAITING

Revision ID: 0021
Revises: 0020
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

NAME = 'ck_matter_review_state'
QUEUE = "(CASE WHEN answered_at IS NULL THEN 0 ELSE 2 END) + (CASE WHEN due_at IS NULL THEN 1 ELSE 0 END)"
LIGHTS = ['unit_id', 'closed_at', 'answered_at', 'warn_at']
ORDERS = {
    'ix_matter_queue': ['kind', 'queue', 'due_at', 'id', 'state', *LIGHTS],
    'ix_matter_list': ['kind', 'state', 'queue', 'due_at', 'id', *LIGHTS],
    'ix_matter_opened': ['kind', 'opened_at', 'queue', 'due_at', 'id', 'state', *LIGHTS],
}
MATTER = sa.table('matter', sa.column('id'), sa.column('kind'), sa.column('state'))
EVENT = sa.table('matter_event', sa.column('matter_id'), sa.column('from_state'), sa.column('to_state'))
FILTER = sa.table('saved_filter', sa.column('panel'), sa.column('query'))


def upgrade() -> None:
    _rename('TODO', 'WAITING')


def downgrade() -> None:
    _rename('WAITING', 'TODO')


def _rename(old: str, new: str) -> None:
    """In the rows, in what has been done to them, in kept filters and in the rule of the flow."""
    known = f"kind <> 'review' OR state IN ('{new}', 'RECTIFYING', 'RECTIFIED', 'CLOSED')"
    with _without_queue():
        with op.batch_alter_table('matter') as batch_op:
            batch_op.drop_constraint(op.f(NAME), type_='check')
        op.execute(MATTER.update().where(MATTER.c.kind == 'review', MATTER.c.state == old).values(state=new))
        with op.batch_alter_table('matter') as batch_op:
            batch_op.create_check_constraint(op.f(NAME), known)
    reviews = EVENT.c.matter_id.in_(sa.select(MATTER.c.id).where(MATTER.c.kind == 'review'))
    for column in (EVENT.c.from_state, EVENT.c.to_state):
        op.execute(EVENT.update().where(column == old, reviews).values({column: new}))
    query = sa.func.replace(FILTER.c.query, f'flt_state={old}', f'flt_state={new}')
    op.execute(FILTER.update().where(FILTER.c.panel == 'review').values(query=query))


@contextmanager
def _without_queue() -> Iterator[None]:
    """SQLite makes the table anew to change a rule of it, and cannot copy a column it works out itself: that one is put back afterwards."""
    if op.get_bind().dialect.name != 'sqlite':
        yield
        return
    for name in ORDERS:
        op.drop_index(name, 'matter')
    op.execute("ALTER TABLE matter DROP COLUMN queue")
    yield
    op.execute(f"ALTER TABLE matter ADD COLUMN queue INTEGER GENERATED ALWAYS AS ({QUEUE}) VIRTUAL")
    for name, columns in ORDERS.items():
        op.create_index(name, 'matter', columns)
    op.execute("ANALYZE matter")
