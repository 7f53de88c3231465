"""The presses of one process of the desk: started when there is something to print, at most two at once."""

import atexit
import logging
import os
import pickle
import queue
import select
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from press.job import Job, Printed, Refused

ROOT = Path(__file__).resolve().parents[1]
MOST = min(2, os.cpu_count() or 1)
# A press that has said nothing for so long hangs: seconds for a job, and for each of its pieces.
PATIENCE, PATIENCE_EACH = 120, 10

log = logging.getLogger(__name__)


class Lost(Exception):
    """A press has gone or hangs, and what it was given has not been printed."""


class Press:
    """One process and its two pipes."""

    def __init__(self) -> None:
        """Start it, out of reach of a Ctrl-C that is meant for its parent. OSError when the machine lets no process start."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "press"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)

    def alive(self) -> bool:
        """Whether it still runs: one without work for some minutes has gone home."""
        return self.process.poll() is None

    def take(self, job: Job) -> tuple[str, object]:
        """Its answer to a job; Lost when there is none."""
        try:
            pickle.dump(job, self.process.stdin, pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()
            waiting = select.poll()
            waiting.register(self.process.stdout, select.POLLIN)
            if not waiting.poll(1000 * (PATIENCE + PATIENCE_EACH * len(job.html))):
                raise Lost("没有按时回应")
            return pickle.load(self.process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise Lost("中断") from error

    def close(self) -> None:
        """End it, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        try:
            self.process.stdin.close()
        except OSError:  # half a job was still on its way
            log.debug("a press went before it had its whole job")


class Pool:
    """Presses without work, and how many may still be started."""

    def __init__(self) -> None:
        """None yet."""
        self.free: queue.LifoQueue[Press] = queue.LifoQueue()
        self.places = threading.BoundedSemaphore(MOST)
        self.here = threading.Lock()  # printing in this process: Pango's objects are shared
        atexit.register(self.close)

    def print(self, job: Job) -> Printed:
        """One job. A press that dies or hangs over it is replaced once; then it is the job, and Refused says so."""
        for again in (True, False):
            try:
                kind, found = self._printed(job)
                break
            except Lost as why:
                log.warning("排印进程%s%s", why, "，换一个进程重新排印。" if again else "，第二次，停止排印。", exc_info=why.__cause__)
                if not again:
                    raise Refused(f"排印进程两次{why}，文书没有输出，已有内容没有改变；请稍后再试，仍不行请联系管理员查看日志。") from None
        if kind == "refused":
            raise Refused(found)
        if kind == "failed":
            raise RuntimeError(found)
        return found

    def print_all(self, jobs: Iterable[Job]) -> list[Printed]:
        """Many jobs, on all presses at once; the first that is refused stops the rest."""
        with ThreadPoolExecutor(MOST, thread_name_prefix="press") as hands:
            try:
                going = [hands.submit(self.print, job) for job in jobs]
                return [each.result() for each in going]
            finally:
                hands.shutdown(cancel_futures=True)

    def close(self) -> None:
        """Send those without work home."""
        while press := self._free():
            press.close()

    def _printed(self, job: Job) -> tuple[str, object]:
        with self.places:
            try:
                with self._press() as press:
                    return press.take(job)
            except ChildProcessError:
                log.warning("不能启动排印进程，改在本进程内排印。", exc_info=True)
                return self._here(job)

    @contextmanager
    def _press(self) -> Iterator[Press]:
        """A press to oneself; it is kept for the next unless the job was lost in it. ChildProcessError when none can be started."""
        while (press := self._free()) and not press.alive():
            press.close()
        try:
            press = press or Press()
        except OSError as error:
            raise ChildProcessError from error
        try:
            yield press
        except BaseException:
            press.close()
            raise
        self.free.put(press)

    def _free(self) -> Press | None:
        """The one that has printed last, so that the other may go home."""
        try:
            return self.free.get_nowait()
        except queue.Empty:
            return None

    def _here(self, job: Job) -> tuple[str, object]:
        from press.machine import print_out

        with self.here:
            return "printed", print_out(job)


_pools: dict[int, Pool] = {}


def pool() -> Pool:
    """The pool of this process: one that was forked off must not read the other's pipes."""
    if (found := _pools.get(os.getpid())) is None:
        found = _pools.setdefault(os.getpid(), Pool())
    return found
