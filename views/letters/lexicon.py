"""Words a heading must not break inside (GB/T 9704-2012 7.3.2: 词意完整); longer terms follow from these."""

import re
from pathlib import Path

WORDS = frozenset(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split())
LONGEST = 14  # characters of the longest term looked for: a unit's full name
# What a reader reads in one go without its being in a word list: dates, numbered things, names of units.
MADE = re.compile(
    r"[0-9]+年([0-9]+月([0-9]+日)?)?|[0-9]+月([0-9]+日)?(?:前)?|第?[0-9一二三四五六七八九十]+[次件批期轮季月年周个条项]|区[^局委办院\W]{1,10}(?:局|委|办|院|中心|公司)")


def is_word(text: str) -> bool:
    """Whether a heading must not break inside it: a word of ours, a common one, or a made-up term."""
    from pypinyin.phrases_dict import phrases_dict  # 55 MB, for who prints

    return text in WORDS or (2 <= len(text) <= 4 and text in phrases_dict) or MADE.fullmatch(text) is not None
