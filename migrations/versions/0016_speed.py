"""lists are read from an index in their order

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

QUEUE = "(CASE WHEN answered_at IS NULL THEN 0 ELSE 2 END) + (CASE WHEN due_at IS NULL THEN 1 ELSE 0 END)"
LIGHTS = ['unit_id', 'closed_at', 'answered_at', 'warn_at']


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == 'postgresql'
    op.execute(f"ALTER TABLE matter ADD COLUMN queue INTEGER GENERATED ALWAYS AS ({QUEUE}) {'STORED' if postgres else 'VIRTUAL'}")
    if postgres:
        op.execute("COMMENT ON COLUMN matter.queue IS '排队次序'")
    op.drop_index('ix_matter_list', 'matter')
    op.create_index('ix_matter_queue', 'matter', ['kind', 'queue', 'due_at', 'id', 'state', *LIGHTS])
    op.create_index('ix_matter_list', 'matter', ['kind', 'state', 'queue', 'due_at', 'id', *LIGHTS])
    op.create_index('ix_matter_opened', 'matter', ['kind', 'opened_at', 'queue', 'due_at', 'id', 'state', *LIGHTS])
    op.create_index('ix_ticket_enterprise_name', 'ticket', ['enterprise_name'])
    op.execute("ANALYZE matter")  # a new index without figures is taken for a better one than it is


def downgrade() -> None:
    op.drop_index('ix_ticket_enterprise_name', 'ticket')
    for name in ('ix_matter_queue', 'ix_matter_list', 'ix_matter_opened'):
        op.drop_index(name, 'matter')
    op.create_index('ix_matter_list', 'matter', ['kind', 'state', 'due_at', 'id'])
    op.execute("ALTER TABLE matter DROP COLUMN queue")
