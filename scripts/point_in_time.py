#!/usr/bin/env python3
"""Point-in-time recovery, tried from end to end on a PostgreSQL server of its own that is gone afterwards (docs/production.md, 七).

A server that archives its log, a base backup, work before and after a moment; then the data folder is lost, and a second server is
started from base backup and archive as of that moment. Prints what came back; exit code 1 when it is not exactly the work before.
"""

import os
import pwd
import shutil
import sys
import tempfile
import time
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.throwaway_postgres import run

OPTIONS = "-c listen_addresses='' -c wal_level=replica -c archive_mode=on -c max_wal_senders=3 -k {where}"


def start(where: Path, data: Path, extra: str = "") -> None:
    """The server of a data folder, on a socket in `where`."""
    run("pg_ctl", "start", "-D", str(data), "-w", "-l", str(where / "log"), "-o", OPTIONS.format(where=where) + extra, where=where)


def work(where: Path, first: int, last: int) -> None:
    """Rows with these numbers, each committed."""
    with psycopg.connect(f"postgresql://dudao@/postgres?host={where}", autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS work (id int PRIMARY KEY)")
        for number in range(first, last):
            connection.execute("INSERT INTO work VALUES (%s)", (number,))


def ask(where: Path, words: str) -> object:
    """One value."""
    with psycopg.connect(f"postgresql://dudao@/postgres?host={where}", autocommit=True) as connection:
        return connection.execute(words).fetchone()[0]


def drill(where: Path) -> int:
    """The whole course in the folder `where`; the exit code."""
    data, archive, base = where / "data", where / "archive", where / "base"
    for folder in (archive, base):
        folder.mkdir()
        shutil.chown(folder, where.owner(), where.group())
        folder.chmod(0o700)
    run("initdb", "-D", str(data), "--username=dudao", "--auth=trust", "--encoding=UTF8", where=where)
    start(where, data, f" -c archive_command='test ! -f {archive}/%f && cp %p {archive}/%f'")
    work(where, 0, 100)
    run("pg_basebackup", "-h", str(where), "-U", "dudao", "-D", str(base), "-X", "none", "-c", "fast", where=where)
    work(where, 100, 250)
    time.sleep(1.2)
    moment = ask(where, "SELECT now()::text")
    time.sleep(1.2)
    work(where, 250, 400)
    ask(where, "SELECT pg_switch_wal()")
    while not ask(where, "SELECT last_archived_wal IS NOT NULL AND archived_count > 1 FROM pg_stat_archiver"):
        time.sleep(0.2)
    run("pg_ctl", "stop", "-D", str(data), "-m", "fast", where=where)
    shutil.rmtree(data)  # the disk is lost
    (base / "recovery.signal").touch()
    shutil.chown(base / "recovery.signal", where.owner(), where.group())
    with (base / "postgresql.conf").open("a") as file:
        file.write(f"restore_command = 'cp {archive}/%f %p'\nrecovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n")
    start(where, base, " -c archive_command=true")
    count, last = ask(where, "SELECT count(*) FROM work"), ask(where, "SELECT max(id) FROM work")
    run("pg_ctl", "stop", "-D", str(base), "-m", "fast", where=where)
    print(f"恢复到 {moment}：应有 250 行到 249 号，实有 {count} 行到 {last} 号")
    return 0 if (count, last) == (250, 249) else 1


def main() -> int:
    """In a folder of its own, removed whatever happens."""
    where = Path(tempfile.mkdtemp(prefix="dudao-pitr-", dir="/tmp"))
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(where, account.pw_uid, account.pw_gid)
    try:
        return drill(where)
    finally:
        shutil.rmtree(where, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main())
