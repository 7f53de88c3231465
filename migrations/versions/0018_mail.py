"""mail addresses sealed, none in the outbox

Revision ID: 0018
Revises: 0017
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from models import vault

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _retype(sa.Text())
    _convert(vault.seal)
    with op.batch_alter_table('outbox_message') as batch_op:
        batch_op.drop_constraint(op.f('ck_outbox_message_mail_has_address'), type_='check')
        batch_op.drop_column('address')
        batch_op.create_check_constraint(op.f('ck_outbox_message_mail_has_reader'), "way <> 'MAIL' OR user_id IS NOT NULL")


def downgrade() -> None:
    _convert(vault.unseal)
    _retype(sa.String(120))
    with op.batch_alter_table('outbox_message') as batch_op:
        batch_op.drop_constraint(op.f('ck_outbox_message_mail_has_reader'), type_='check')
        batch_op.add_column(sa.Column('address', sa.String(120), nullable=False, server_default='', comment='地址'))
    op.execute("UPDATE outbox_message SET address = coalesce((SELECT email FROM user_account u WHERE u.id = user_id), '-') WHERE way = 'MAIL'")
    with op.batch_alter_table('outbox_message') as batch_op:
        batch_op.create_check_constraint(op.f('ck_outbox_message_mail_has_address'), "way <> 'MAIL' OR length(address) > 0")


def _retype(kind: sa.types.TypeEngine) -> None:
    """SQLite changes no column's type: a new one takes its place."""
    if op.get_bind().dialect.name != 'sqlite':
        op.alter_column('user_account', 'email', type_=kind, existing_comment='邮箱')
        return
    op.add_column('user_account', sa.Column('email_new', kind))
    op.execute('UPDATE user_account SET email_new = email, email = NULL')
    op.drop_column('user_account', 'email')
    op.execute('ALTER TABLE user_account RENAME COLUMN email_new TO email')


def _convert(turn: Callable[[str], str | None]) -> None:
    """Each address sealed, or opened."""
    rows = sa.table('user_account', sa.column('id'), sa.column('email'))
    found = op.get_bind().execute(sa.select(rows.c.id, rows.c.email).where(rows.c.email != '')).all()
    for key, text in found:
        op.get_bind().execute(sa.update(rows).where(rows.c.id == key).values(email=turn(text)))
