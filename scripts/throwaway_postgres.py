"""A PostgreSQL server for the length of a test run: own folder, unix socket only, no port, no trace.

    with cluster() as url:
        create_engine(url)

PostgreSQL refuses to run as root, so root lends it to the account `postgres` that the Debian
package creates.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Nothing here survives the run, so durability is traded for speed.
OPTIONS = {
    "listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
    "timezone": "UTC", "max_connections": "50",
}


def tools() -> Path:
    """The folder of the newest installed PostgreSQL server; RuntimeError in Chinese when there is none."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found and not on_path:
        raise RuntimeError("没有 PostgreSQL 服务器程序：请执行 make setup-test，或 apt-get install postgresql")
    return (found[-1] if found else Path(on_path).resolve()).parent


def run(tool: str, *arguments: str, where: Path) -> None:
    """Run one PostgreSQL tool inside `where` as a user that is not root; RuntimeError with its output."""
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run(
        [tools() / tool, *arguments], cwd=where, user=user, group=user, extra_groups=[] if user else None,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
    )
    if done.returncode:
        log = where / "log"
        raise RuntimeError(f"{tool} 失败：{done.stdout}{log.read_text() if log.exists() else ''}")


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Start an empty server, yield its SQLAlchemy URL, then stop it and delete its files. `durable`: what is committed survives a crash."""
    # Straight under /tmp: the path of a unix socket may have no more than 107 bytes.
    where = Path(tempfile.mkdtemp(prefix="dudao-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(where, account.pw_uid, account.pw_gid)
    data = str(where / "data")
    given = OPTIONS | ({"synchronous_commit": "on", "full_page_writes": "on"} if durable else {})
    options = " ".join(f"-c {key}='{value}'" for key, value in given.items())
    try:
        run("initdb", "-D", data, "--username=dudao", "--auth=trust", "--encoding=UTF8", "--no-sync", where=where)
        # `log` must be a file: a server holding our pipe would keep `run` waiting for ever.
        run("pg_ctl", "start", "-D", data, "-w", "-l", str(where / "log"), "-o", f"{options} -k {where}", where=where)
        try:
            yield f"postgresql+psycopg://dudao@/postgres?host={where}"
        finally:
            run("pg_ctl", "stop", "-D", data, "-m", "immediate", where=where)
    finally:
        shutil.rmtree(where)
