"""`flask keys`: the keys that seal personal data."""

from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from models import audit, db, scope
from models.vault import (
    OPEN,
    Sealed,
    SealedBytes,
    Text,
    bytes_key_of,
    key_of,
    renew_numbers,
    ring,
    seal,
    seal_bytes,
    sealed_within,
    unseal,
    unseal_bytes,
)


@click.group("keys")
def keys_group() -> None:
    """个人信息密钥。"""


@keys_group.command("rotate")
@with_appcontext
def rotate() -> None:
    """换用新密钥：密钥在文件中的自动新增，来自环境变量的请先在其末尾加上；再把全部密文改用它。"""
    keys = ring()
    if keys.file:
        keys.add()
    with scope.everything():
        count = sum(_renew(table, column) for table, column in _columns(Sealed | SealedBytes))
        count += sum(_renew_within(table, column) for table, column in _columns(Text))
        audit.note("更换密钥", "data_keys", None, key=keys.current, values=count)
        db.session.commit()
    click.echo(f"已换用密钥 {keys.current}，改写{count}处；确认备份不再需要后，可从密钥文件中删去旧密钥")


def _columns(kinds: Any) -> list[tuple[sa.Table, sa.Column]]:
    return [(table, column) for table in db.metadata.sorted_tables for column in table.columns if isinstance(column.type, kinds)]


def _renew(table: sa.Table, column: sa.Column) -> int:
    """Seal one column's values anew; how many. Not in the trail one by one: nothing changes that anybody could read."""
    files = isinstance(column.type, SealedBytes)
    named, opened, closed = (bytes_key_of, unseal_bytes, seal_bytes) if files else (key_of, unseal, seal)
    stored, current, connection = sa.type_coerce(column, column.type.impl), ring().current, db.session.connection()
    rows = connection.execute(sa.select(table.c.id, stored).where(column.is_not(None))).all()
    old = [(key, opened(value)) for key, value in rows if value and named(value) != current]
    return _write(table, column, [(key, None if text is None else closed(text)) for key, text in old])


def _renew_within(table: sa.Table, column: sa.Column) -> int:
    """The numbers in one column's running words; how many rows."""
    stored, current = sa.type_coerce(column, sa.Text), ring().current
    rows = db.session.connection().execute(sa.select(table.c.id, stored).where(stored.contains(OPEN))).all()
    old = [(key, value) for key, value in rows if any(key_of(one) != current for one in sealed_within(value))]
    return _write(table, column, [(key, renew_numbers(value)) for key, value in old])


def _write(table: sa.Table, column: sa.Column, renewed: list[tuple[int, Any]]) -> int:
    """All of a column, or nothing at all when a value could not be read."""
    if any(value is None for _, value in renewed):
        raise click.ClickException(f"{table.name}.{column.name} 有值无法解密，请先补齐旧密钥；未作任何改动")
    plain = sa.table(table.name, sa.column("id"), sa.column(column.name))
    changes = [{"key": key, "new": value} for key, value in renewed]
    if changes:
        change = sa.update(plain).where(plain.c.id == sa.bindparam("key")).values({column.name: sa.bindparam("new")})
        db.session.connection().execute(change, changes)
    return len(changes)
