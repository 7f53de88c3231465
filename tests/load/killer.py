"""kill -9 of the server's own processes while people work: web workers, the scheduler, the worker of the imports.

The gunicorn that starts the workers is left alone: when it dies, `flask serve` ends and the service manager starts it again.
"""

import contextlib
import os
import random
import signal
import threading
from collections import Counter
from pathlib import Path


def children(pid: int) -> list[int]:
    """Processes started by this one."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            if entry.name.isdecimal() and int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.name))
    return found


def words(pid: int) -> str:
    """Its command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


class Killer(threading.Thread):
    """One victim every few seconds until told to stop; `killed` counts what they were."""

    def __init__(self, server: int, seed: int = 1) -> None:
        super().__init__(daemon=True)
        self.server, self.rng, self.over, self.killed = server, random.Random(seed), threading.Event(), Counter()

    def victims(self) -> list[tuple[str, int]]:
        """(what, pid) of everything that may die."""
        found = []
        for child in children(self.server):
            if "gunicorn" in words(child):
                found += [("网页进程", worker) for worker in children(child)]
            else:
                found.append(("定时任务" if "scheduler" in words(child) else "后台导入", child))
        return found

    def run(self) -> None:
        """Web workers most often, they do the writing."""
        while not self.over.wait(self.rng.uniform(2, 5)):
            found = self.victims()
            web = [victim for victim in found if victim[0] == "网页进程"]
            what, pid = self.rng.choice(web if web and self.rng.random() < 0.7 else found or [("", 0)])
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.killed[what] += 1

    def stop(self) -> str:
        """How many of which were killed."""
        self.over.set()
        self.join()
        return "、".join(f"{what}{count}次" for what, count in self.killed.items()) or "没有"
