"""What a check says: how something stands, and the fact or what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.labelled import Labelled


class Level(Labelled):
    """How a finding stands."""

    OK = "OK", "正常"
    WARN = "WARN", "注意"
    MISSING = "MISSING", "缺失"


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it stands, and the fact or what to do."""

    level: Level
    subject: str
    note: str

    def __str__(self) -> str:
        return f"[{self.level.label}] {self.subject}：{self.note}"


Findings = Iterator[Finding]


def ok(subject: str, note: str) -> Finding:
    """A finding that needs nothing."""
    return Finding(Level.OK, subject, note)


def warn(subject: str, note: str) -> Finding:
    """A finding that works but deserves attention."""
    return Finding(Level.WARN, subject, note)


def missing(subject: str, note: str) -> Finding:
    """A finding without which the system does not work as promised."""
    return Finding(Level.MISSING, subject, note)
