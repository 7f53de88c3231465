"""What each web worker does before its first request (gunicorn's ``--config``)."""

import gc
from typing import Any


def post_worker_init(_worker: Any) -> None:
    """What is loaded by now stays until the end: the collector need not look through all of it again and again.

    A page makes some thousand objects that point at each other; with Python's own thresholds it was looked for garbage five times a
    page, and every seventh page waited for a walk through the whole program: a tenth of the time of a list.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
