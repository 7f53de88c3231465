"""The fastest honest way into each database: all constraints on, the driver's own batch, no ORM."""

from collections.abc import Sequence

import sqlalchemy as sa

from models import db, imprint


class Writer:
    """Rows as tuples into tables. Times are UTC text ending in `zone`. Counts what it wrote."""

    def __init__(self) -> None:
        self.dialect = db.session.get_bind().dialect
        self.is_postgres = self.dialect.name == "postgresql"
        self.zone = "+00" if self.is_postgres else ""
        self.rows = 0

    def put(self, table: sa.Table, columns: Sequence[str], rows: list[tuple]) -> None:
        """Insert `rows`, whose values stand in the order of `columns`, in the session's transaction."""
        if not rows:
            return
        connection = db.session.connection()
        with imprint.growing(db.session, table):
            if self.is_postgres:
                self._copy(connection, table.name, columns, rows)
            else:
                bare = sa.table(table.name, *map(sa.column, columns))  # without Python-side defaults: the server's apply
                statement = sa.insert(bare).values({name: sa.bindparam(name) for name in columns})
                connection.exec_driver_sql(str(statement.compile(dialect=self.dialect)), rows)
        self.rows += len(rows)

    def _copy(self, connection: sa.Connection, table: str, columns: Sequence[str], rows: list[tuple]) -> None:
        from psycopg import sql  # 7 MB, on PostgreSQL alone

        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)))
        with connection.connection.driver_connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def reserve(self, table: sa.Table, count: int) -> int:
        """The first of `count` consecutive ids nobody else will get."""
        if self.is_postgres:
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            last = db.session.execute(sa.select(sa.func.setval(sequence, sa.func.nextval(sequence) + count - 1))).scalar_one()
            return last - count + 1
        return (db.session.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0) + 1  # the transaction has the write lock
