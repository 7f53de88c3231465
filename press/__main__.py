"""``python -m press``: one press. Jobs come in on standard input, what became of them goes out on standard output, both pickled.

It ends with its parent, whatever it is doing then, and by itself when nothing has come for a while.
"""

import gc
import os
import pickle
import queue
import sys
import threading
import traceback
from typing import BinaryIO

from press.job import Job, Refused
from press.machine import print_out

IDLE_SECONDS = 300


def receive(jobs: "queue.SimpleQueue[Job]", pipe: BinaryIO) -> None:
    """Take jobs off the pipe. A pipe that is closed means the parent is gone, and nobody waits for what is being printed."""
    while True:
        try:
            jobs.put(pickle.load(pipe))
        except (EOFError, pickle.UnpicklingError):  # also in the middle of a job
            os._exit(0)


def answer(job: Job) -> tuple[str, object]:
    """What became of a job: ("printed", Printed), ("refused", sentence) or ("failed", traceback)."""
    try:
        return "printed", print_out(job)
    except Refused as why:
        return "refused", str(why)
    except Exception:
        return "failed", traceback.format_exc()


def work(jobs: "queue.SimpleQueue[Job]", out: BinaryIO) -> None:
    """Print until nothing comes any more.

    A layout is a web of objects that point at each other. Looking for such webs while one is being made costs a twentieth of a
    letter and finds nothing; left for longer they are what makes a press grow. So they are cleared after each job, when the
    answer is already on its way, and what every job needs is no longer looked at.
    """
    gc.disable()
    settled = False
    while True:
        try:
            job = jobs.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return
        pickle.dump(answer(job), out, pickle.HIGHEST_PROTOCOL)
        out.flush()
        del job
        gc.collect()
        if not settled:
            gc.freeze()
            settled = True


def main() -> None:
    """Keep the pipe for answers: whatever a library prints goes to the log."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=receive, args=(jobs, sys.stdin.buffer), daemon=True).start()
    work(jobs, out)
    os._exit(0)  # the thread still waits for the pipe


main()
