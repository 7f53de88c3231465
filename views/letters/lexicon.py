"""Words a heading must not break inside (GB/T 9704-2012 7.3.2: 词意完整); longer terms follow from these."""

from pathlib import Path

WORDS = frozenset(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split())
LONGEST = max(map(len, WORDS))
