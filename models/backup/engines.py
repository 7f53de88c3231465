"""A consistent copy of a database in use, and putting one in its place: SQLite by its backup interface, PostgreSQL by its own tools."""

import gzip
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from models.backup.archive import CHUNK, DATABASES, Broken
from models.base import db

SETTINGS = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE", "sslmode": "PGSSLMODE",
            "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "options": "PGOPTIONS"}


def dialect() -> str:
    """sqlite or postgresql."""
    return db.engine.dialect.name


# -- a copy ---------------------------------------------------------------------------------


@contextmanager
def copied(into: Path) -> Iterator[sa.Connection]:
    """Write the copy into the folder `into`; yields a connection that sees exactly what the copy holds."""
    with {"sqlite": _copied_sqlite, "postgresql": _copied_postgres}[dialect()](into / DATABASES[dialect()]) as connection:
        yield connection


@contextmanager
def _copied_sqlite(target: Path) -> Iterator[sa.Connection]:
    plain = target.with_suffix("")
    with sqlite3.connect(sqlite_file(), timeout=60) as source, sqlite3.connect(plain) as copy:
        source.backup(copy)  # all pages at once: one moment, and writers go on meanwhile (WAL)
        fault = copy.execute("PRAGMA quick_check").fetchone()[0]
    source.close()
    copy.close()
    if fault != "ok":
        raise Broken(f"数据库文件有损坏（{fault[:80]}），没有备份；请从上一份备份恢复")
    engine = sa.create_engine(f"sqlite:///{plain}", poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection
    with plain.open("rb") as source, gzip.open(target, "wb", compresslevel=1) as packed:
        shutil.copyfileobj(source, packed, CHUNK)
    plain.unlink()


@contextmanager
def _copied_postgres(target: Path) -> Iterator[sa.Connection]:
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar()
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}")
        yield connection


# -- putting one in place -------------------------------------------------------------------


def load(source: Path, aside: Path) -> None:
    """Make `source`, a database out of a backup, the database of this installation; a SQLite file that stood there goes to `aside`."""
    {"sqlite": _load_sqlite, "postgresql": _load_postgres}[dialect()](source, aside)


def sqlite_file() -> Path:
    """Where the SQLite database lies."""
    return Path(db.engine.url.database)


def _load_sqlite(source: Path, aside: Path) -> None:
    """The new file is whole beside the old one before it takes its place."""
    place = sqlite_file()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = place.with_name(f".{place.name}.restoring")
    try:
        with gzip.open(source) as packed, os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            shutil.copyfileobj(packed, file, CHUNK)
            file.flush()
            os.fsync(file.fileno())
    except (OSError, EOFError) as error:
        fresh.unlink(missing_ok=True)
        raise Broken(f"备份里的数据库没有解开（{error}）") from error
    for part in (place, Path(f"{place}-wal"), Path(f"{place}-shm")):
        if part.exists():
            shutil.move(part, aside / part.name)
    fresh.replace(place)


def _load_postgres(source: Path, _aside: Path) -> None:
    """One transaction: what is there goes, what was backed up comes, or nothing changes."""
    script = source.with_suffix(".sql")
    _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--file={script}", str(source))
    first = source.with_suffix(".drop.sql")
    first.write_text(_drops())
    _run("psql", "--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--single-transaction", f"--file={first}",
         f"--file={script}")


def _drops() -> str:
    """Statements that empty the schema."""
    with db.engine.connect() as connection:
        quote = connection.dialect.identifier_preparer.quote
        tables = sa.inspect(connection).get_table_names()
        functions = connection.exec_driver_sql(
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        ).scalars().all()
    db.engine.dispose()
    return "\n".join([*(f"DROP TABLE IF EXISTS {quote(name)} CASCADE;" for name in tables), *(f"DROP FUNCTION {name} CASCADE;" for name in functions)])


def in_use() -> str:
    """Who else has the database open, in words; "" when nobody."""
    db.session.remove()
    db.engine.dispose()
    return {"sqlite": _sqlite_in_use, "postgresql": _postgres_in_use}[dialect()]()


def _sqlite_in_use() -> str:
    """Leaving WAL mode needs the file for oneself, and writes the log into it."""
    place = sqlite_file()
    if not place.exists():
        return ""
    connection = sqlite3.connect(place, timeout=0)
    try:
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "wal"
    except sqlite3.DatabaseError:
        return ""  # no database any more: a reason to restore
    finally:
        connection.close()
    return "" if mode == "delete" else "还有进程开着数据库"


def _postgres_in_use() -> str:
    with db.engine.connect() as connection:
        others = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).scalar()
    db.engine.dispose()
    return f"还有{others}个连接" if others else ""


# -- PostgreSQL's tools ---------------------------------------------------------------------


def tool(name: str) -> str:
    """Where a client program of PostgreSQL is; Broken in Chinese when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise Broken(f"没有 {name}：请管理员执行 apt-get install postgresql-client")
    return path


def _run(name: str, *arguments: str) -> None:
    """Run one tool against this installation's database; the password travels in the environment, not on the command line."""
    given = db.engine.dialect.create_connect_args(db.engine.url)[1]
    settings = {SETTINGS[key]: str(value) for key, value in given.items() if key in SETTINGS}
    done = subprocess.run([tool(name), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          env=os.environ | settings | {"LC_ALL": "C.UTF-8"})
    if done.returncode:
        raise Broken(f"{name} 没有成功：{(done.stderr.strip() or '没有说明').splitlines()[0][:200]}")
