"""Waiting for what presses do by themselves."""

import time
from collections.abc import Callable


def until(holds: Callable[[], bool]) -> bool:
    """Wait for something another process does; False when it has not after a minute."""
    end = time.monotonic() + 60
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
