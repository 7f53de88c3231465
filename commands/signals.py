"""Ending long-running commands in order."""

import signal
import threading


def stop_on_signals(stopping: threading.Event) -> None:
    """Let Ctrl-C, SIGTERM and a closed terminal set `stopping` instead of raising."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
