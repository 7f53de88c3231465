"""What the database itself refuses, whoever asks in whatever language: changing the trail, the timeline, an issued letter.

Armed after each migration (migrations/env.py), because SQLite loses a table's triggers when a migration rebuilds it.
Who may change the schema can take the guards away; `flask doctor` notices that, and `flask audit verify` what was changed.
"""

import sqlalchemy as sa

ALWAYS = ("audit_entry", "matter_event", "matter_deadline", "receipt")
# Of a letter that is out, what it says and proves; its state goes on (送达、反馈、销号).
FROZEN = ("notice", "pdf", ("number", "word", "year", "serial", "kind", "title", "addressee", "addressee_id", "body", "agency", "dated", "issued_at",
                           "signer_id", "code", "pdf", "pdf_sha256"))
PREFIX = "guard_"
_WORDS = "只增不改"
_FUNCTION = f"{PREFIX}refuse"


def _rules() -> list[tuple[str, str, str]]:
    """(table, UPDATE or DELETE, condition)."""
    table, issued, columns = FROZEN
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    rules = [(name, verb, "") for name in ALWAYS for verb in ("UPDATE", "DELETE")]
    return [*rules, (table, "UPDATE", f"OLD.{issued} IS NOT NULL AND ({changed})"), (table, "DELETE", f"OLD.{issued} IS NOT NULL")]


def _names() -> dict[str, tuple[str, str, str]]:
    return {f"{PREFIX}{table}_{verb.lower()}": (table, verb, condition) for table, verb, condition in _rules()}


def arm(connection: sa.Connection) -> None:
    """Put every guard up whose table is there."""
    present = set(sa.inspect(connection).get_table_names())
    disarm(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for name, (table, verb, condition) in _names().items():
        if table in present:
            connection.exec_driver_sql(_statement(connection.dialect.name, name, table, verb, condition))
    if connection.dialect.name == "postgresql":
        for table in (*ALWAYS, FROZEN[0]):
            if table in present:
                for part in (table, *pieces(connection, table)):
                    arm_piece(connection, part)


def arm_piece(connection: sa.Connection, table: str) -> None:
    """A guard against TRUNCATE: of a partitioned table each piece needs its own (the guards of rows come to them by themselves)."""
    connection.exec_driver_sql(f"CREATE TRIGGER {PREFIX}{table}_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {_FUNCTION}()")


def pieces(connection: sa.Connection, table: str = "") -> list[str]:
    """Names of the partitions of a table, or of all tables (models/partition.py); none on SQLite."""
    if connection.dialect.name != "postgresql":
        return []
    query = ("SELECT c.relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_class p ON p.oid = i.inhparent "
             "WHERE c.relispartition AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND CAST(:table AS text) IN ('', p.relname) "
             "ORDER BY 1")
    return list(connection.scalars(sa.text(query), {"table": table}))


def _statement(dialect: str, name: str, table: str, verb: str, condition: str) -> str:
    when = f" WHEN ({condition})" if condition else ""
    if dialect == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION {_FUNCTION}()"
    when = when.replace("IS DISTINCT FROM", "IS NOT")
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW{when} BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"


def armed(connection: sa.Connection) -> dict[str, str]:
    """Guard → table of those that stand."""
    if connection.dialect.name == "postgresql":
        # A piece of a partitioned table has its copy of each guard (tgparentid); one that is switched off there is a guard that is not complete.
        query = ("SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                 "WHERE t.tgname LIKE 'guard\\_%%' AND t.tgenabled = 'O' AND t.tgparentid = 0 AND c.relnamespace = current_schema()::regnamespace "
                 "AND NOT EXISTS (SELECT 1 FROM pg_trigger u WHERE u.tgparentid = t.oid AND u.tgenabled <> 'O')")
    else:
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard\\_%' ESCAPE '\\'"
    return dict(connection.exec_driver_sql(query).all())


def missing(connection: sa.Connection) -> list[str]:
    """Tables whose guard is not complete."""
    standing = armed(connection)
    return sorted({table for name, (table, _verb, _condition) in _names().items() if standing.get(name) != table})


def disarm(connection: sa.Connection) -> None:
    """Take the guards down, for a migration or for giving a whole database back."""
    for name, table in armed(connection).items():
        connection.exec_driver_sql(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.dialect.name == "postgresql" else ""))
