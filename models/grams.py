"""Words inside titles and names, found at any size: an index of every two characters that stand side by side.

Chinese words are mostly two characters long, shorter than what the engines' own indexes for substrings know. PostgreSQL keeps a GIN
index over ``gram_words(column)``; SQLite an FTS5 table beside the register, filled by triggers, which asks :func:`words` of the
connection (models/database.py). Both are put up after each migration (migrations/env.py) and made anew by ``flask search rebuild``.
"""

from itertools import pairwise

import sqlalchemy as sa

from models.base import db

INDEXED = {"matter": ("title",), "ticket": ("enterprise_name", "source_number"), "enterprise": ("name", "credit_code")}
PREFIX, FUNCTION = "gram_", "gram_words"
MOST = 10_000  # rows a rare word is found in; a commoner one is soon met by reading the list itself
REMEMBERED, SOME = 300, 2_000  # common words a process knows, and rows of each

_POSTGRES = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}(text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT lower(substr($1, place, 2))), '{{}}') FROM generate_series(1, length($1) - 1) AS place $$
"""
# Words once found to be common are not counted again, and some of their rows. One that has become rare since is still found, by reading the list.
_common: dict[tuple[str, sa.Column, int], list[int]] = {}


def words(text: str | None) -> str:
    """停水了 as the terms of FTS5, one for each two characters: 505cg6c34 6c34g4e86 (letters of any script survive its tokenizer)."""
    found = (text or "").lower()
    return " ".join(f"{ord(one):x}g{ord(two):x}" for one, two in pairwise(found))


def ours(name: str | None) -> bool:
    """Whether a table or an index belongs to this module: no model speaks of it."""
    return bool(name) and name.startswith(PREFIX)


def arm(connection: sa.Connection, *, anew: bool = False) -> None:
    """Put the indexes up over every register that is there, and fill them; those that stand are kept unless made `anew`."""
    present = set(sa.inspect(connection).get_table_names())
    for table, columns in INDEXED.items():
        if connection.dialect.name == "postgresql":
            _arm_postgres(connection, table, columns, table in present, anew)
        else:
            _arm_sqlite(connection, table, columns, present, anew)
    if connection.dialect.name == "postgresql" and not present & set(INDEXED):
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {FUNCTION}(text)")


def _arm_postgres(connection: sa.Connection, table: str, columns: tuple[str, ...], there: bool, anew: bool) -> None:
    if not there:
        return
    connection.exec_driver_sql(_POSTGRES)
    for column in columns:
        name = f"{PREFIX}{table}_{column}"
        if anew:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE INDEX IF NOT EXISTS {name} ON {table} USING gin ({FUNCTION}({column}))")


def _arm_sqlite(connection: sa.Connection, table: str, columns: tuple[str, ...], present: set[str], anew: bool) -> None:
    name, listed = f"{PREFIX}{table}", ", ".join(columns)
    for verb in ("insert", "update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}_{verb}")
    if name in present and (anew or table not in present):
        connection.exec_driver_sql(f"DROP TABLE {name}")
    if table not in present:
        return
    if name not in present or anew:
        connection.exec_driver_sql(f"CREATE VIRTUAL TABLE {name} USING fts5({listed}, content='')")
        filled = ", ".join(f"{FUNCTION}({column})" for column in columns)
        connection.execute(sa.text(f"INSERT INTO {name} (rowid, {listed}) SELECT id, {filled} FROM {table}"))
    old, new = (", ".join(f"{FUNCTION}({side}.{column})" for column in columns) for side in ("old", "new"))
    forget = f"INSERT INTO {name} ({name}, rowid, {listed}) VALUES ('delete', old.id, {old});"
    learn = f"INSERT INTO {name} (rowid, {listed}) VALUES (new.id, {new});"
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
    for verb, body in (("insert", learn), ("delete", forget)):
        connection.exec_driver_sql(f"CREATE TRIGGER {name}_{verb} AFTER {verb.upper()} ON {table} BEGIN {body} END")
    connection.exec_driver_sql(f"CREATE TRIGGER {name}_update AFTER UPDATE OF {listed} ON {table} WHEN {changed} BEGIN {forget} {learn} END")


def rows_with(text: str, column: sa.Column, most: int = MOST) -> list[int] | None:
    """Ids of the rows whose `column` contains `text`, letters of either case; None when the index cannot tell (a single character)
    or there are more than `most`. Not limited to what anybody may see: a condition for a query that is."""
    if len(text) < 2 or (text, column, most) in _common:
        return None
    connection = db.session.connection()
    query = sa.select(column.table.c.id).where(_fits(text, column)) if connection.dialect.name == "postgresql" else _matching(text, column)
    found = list(connection.execute(query.limit(most + 1)).scalars())
    if len(found) <= most:
        return found
    if len(_common) >= REMEMBERED:
        _common.clear()
    _common[text, column, most] = found[:SOME]
    return None


def some_with(text: str, column: sa.Column, most: int = MOST) -> list[int]:
    """Ids of some rows with a common word: mostly enough to tell that there are too many to count."""
    return _common.get((text, column, most), [])


def rows_among(text: str, columns: list[sa.Column], parts: list[sa.ColumnElement[bool]], most: int = MOST) -> list[int] | None:
    """The same of matters in any of `parts`, conditions on `matter`, and any of the columns; for a word that is common in the district."""
    matter, ticket = (db.metadata.tables[name] for name in ("matter", "ticket"))
    whole = {matter: matter, ticket: matter.join(ticket, ticket.c.id == matter.c.id)}
    asked = [sa.select(matter.c.id).select_from(whole[column.table]).where(part, _fits(text, column)) for column in columns for part in parts]
    found = set(db.session.connection().execute(sa.union_all(*asked).limit(len(columns) * most + 1)).scalars())
    return sorted(found) if len(found) <= most else None


def _fits(text: str, column: sa.Column) -> sa.ColumnElement[bool]:
    """Contains the text; PostgreSQL is told of its index."""
    within = column.icontains(text, autoescape=True)
    indexed = db.session.connection().dialect.name == "postgresql" and column.name in INDEXED[column.table.name]
    return sa.func.gram_words(column).op("@>")(sa.func.gram_words(text)) & within if indexed else within


def _matching(text: str, column: sa.Column) -> sa.Select[tuple[int]]:
    name = f"{PREFIX}{column.table.name}"
    asked = sa.text(f"{name} MATCH :words").bindparams(words=f'{column.name} : "{words(text)}"')
    return sa.select(sa.column("rowid")).select_from(sa.table(name)).where(asked)


def newest_with(text: str, column: sa.Column, most: int = MOST) -> list[int] | None:
    """Ids of the newest rows whose `column` contains a common `text`; None on PostgreSQL, which reads a table from its end by itself."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        return None
    return list(connection.execute(_matching(text, column).order_by(sa.desc("rowid")).limit(most)).scalars())
