"""personal data sealed, the audit's digest by name

Revision ID: 0010
Revises: 0006
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from models import vault

revision = '0010'
down_revision = '0006'
branch_labels = None
depends_on = None

# (table, column, length before, label)
SEALED = (
    ('ticket', 'contact_name', 30, '联系人'),
    ('ticket', 'contact_phone', 30, '联系电话'),
    ('enterprise', 'contact_name', 30, '联系人'),
    ('enterprise', 'contact_phone', 30, '联系电话'),
    ('lead', 'informant', 60, '反映人'),
    ('lead', 'informant_phone', 30, '反映人电话'),
    ('special_supervisor', 'phone', 30, '联系电话'),
    ('station', 'phone', 30, '联系电话'),
    ('liaison', 'phone', 30, '联系电话'),
    ('unit_contact', 'phone', 30, '办公电话'),
    ('unit_contact', 'mobile', 20, '手机'),
    ('user_account', 'phone', 30, '电话'),
    ('contact', 'phone', 30, '联系电话'),
    ('joint_inspection', 'contact', 60, '联系人及电话'),
)


def upgrade() -> None:
    op.add_column('audit_entry', sa.Column('algorithm', sa.String(length=8), server_default='SHA256', nullable=False, comment='摘要算法'))
    for table, column, _length, label in SEALED:
        _retype(table, column, sa.Text(), label)
        _convert(table, column, vault.seal)
    _convert_batches(vault.seal)


def downgrade() -> None:
    for table, column, length, label in SEALED:
        _convert(table, column, vault.unseal)
        _retype(table, column, sa.String(length), label)
    _convert_batches(vault.unseal)
    op.drop_column('audit_entry', 'algorithm')


def _retype(table: str, column: str, kind: sa.types.TypeEngine, label: str) -> None:
    """SQLite changes no column's type: a new one takes its place, which needs no new table (other tables refer to it)."""
    if op.get_bind().dialect.name != 'sqlite':
        op.alter_column(table, column, type_=kind, existing_comment=label)
        return
    op.add_column(table, sa.Column(f'{column}_new', kind))
    rows = sa.table(table, sa.column(column), sa.column(f'{column}_new'))
    op.execute(sa.update(rows).values({f'{column}_new': rows.c[column], column: None}))
    op.drop_column(table, column)
    op.execute(f'ALTER TABLE {table} RENAME COLUMN {column}_new TO {column}')


def _convert(table: str, column: str, turn: Callable[[str], str | None]) -> None:
    rows = sa.table(table, sa.column('id'), sa.column(column))
    value, connection = rows.c[column], op.get_bind()
    found = connection.execute(sa.select(rows.c.id, value).where(value.is_not(None), value != '')).all()
    changes = [{'key': key, 'new': turn(text)} for key, text in found]
    if changes:
        connection.execute(sa.update(rows).where(rows.c.id == sa.bindparam('key')).values({column: sa.bindparam('new')}), changes)


def _convert_batches(turn: Callable[[str], str | None]) -> None:
    """Uploaded lists keep their rows as read."""
    table, connection = sa.table('firm_batch', sa.column('id'), sa.column('content', sa.JSON)), op.get_bind()
    for key, content in connection.execute(sa.select(table.c.id, table.c.content)).all():
        rows = [row | {name: turn(row[name]) for name in ('contact_name', 'contact_phone') if row.get(name)} for row in content.get('rows', [])]
        connection.execute(sa.update(table).where(table.c.id == key).values(content=content | {'rows': rows}))
