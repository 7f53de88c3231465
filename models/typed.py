"""Days and minutes as people type them."""

import re
import unicodedata
from datetime import datetime

_DAY = r"(?P<year>\d{4})(?:-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<mm>\d{2})(?P<dd>\d{2}))"
_TIME = r"(?:(?P<hour>\d{1,2})(?::(?P<minute>\d{0,2})(?::\d{0,2}(?:-\d+)?)?)?|(?P<hh>\d{1,2})(?P<mi>\d{2}))"  # -: the point of a second's parts
_MOMENT = re.compile(rf"{_DAY}(?:(?:\s+|(?<=\d{{8}})){_TIME})?")
_SIGNS = str.maketrans({"年": "-", "月": "-", "/": "-", ".": "-", "日": " ", "T": " ", "t": " ", "时": ":", "点": ":", "分": ":", "秒": ""})


def typed_moment(text: str) -> tuple[datetime, bool] | None:
    """What is meant by 2026-11-23 11:55, 20261123 1155, 2026年11月23日11时55分 …, and whether a time was named; None where it is no moment."""
    match = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text).translate(_SIGNS).strip())
    if match is None:
        return None
    part = {name: int(value) for name, value in match.groupdict().items() if value}
    timed = "hour" in part or "hh" in part
    try:
        found = datetime(part["year"], part.get("m", part.get("mm", 0)), part.get("d", part.get("dd", 0)),
                         part.get("hour", part.get("hh", 0)), part.get("minute", part.get("mi", 0)))
    except ValueError:
        return None
    return found, timed
