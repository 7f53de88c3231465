"""Words a heading must not break inside (GB/T 9704-2012 7.3.2: 词意完整); longer terms follow from these."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

WORDS = frozenset(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split())
LONGEST = 14  # characters of the longest term looked for: a unit's full name
# What a reader reads in one go without its being in a word list: dates, numbered things, names of units.
MADE = re.compile(
    r"[0-9]+年([0-9]+月([0-9]+日)?)?|[0-9]+月([0-9]+日)?(?:前)?|第?[0-9一二三四五六七八九十]+[次件批期轮季月年周个条项]|区[^局委办院\W]{1,10}(?:局|委|办|院|中心|公司)")


@cache
def common_words() -> frozenset[str]:
    """Words of two to four characters, of pypinyin's list: read from its file, as the list with its readings takes 35 MB more."""
    file = Path(find_spec("pypinyin").origin).with_name("phrases_dict.json")
    return frozenset(re.findall(r'"([^"]{2,4})":', file.read_text(encoding="utf-8")))


def is_word(text: str) -> bool:
    """Whether a heading must not break inside it: a word of ours, a common one, or a made-up term."""
    return text in WORDS or text in common_words() or MADE.fullmatch(text) is not None
