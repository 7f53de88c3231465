"""A hand-edited draft and the facts that moved since: today's facts taken over, the hand's own words left (A2).

What the template said when the text was edited is kept beside it. Comparing that with what it says today shows which
clauses are old; comparing it with the text shows which of them the hand has left alone and may be replaced.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from models.errors import Refused
from models.notice.facts import letter_context
from models.notice.template import find_template
from models.wording import WordingError, render_wording

if TYPE_CHECKING:
    from models.notice.letter import Notice

FIELDS = ("title", "addressee", "body")
CLAUSE = re.compile(r"[^，；：。！？\n]*[，；：。！？\n]+|[^，；：。！？\n]+")
CLOCK = re.compile(r"\d+时\d+分")
TOKEN = re.compile(r"\d+|.", re.S)


@dataclass(frozen=True)
class Change:
    """Clauses of the template that read otherwise today; `at` is where they stand untouched in the text, else None."""

    old: str
    new: str
    at: tuple[int, int] | None


def clauses(text: str) -> list[str]:
    """The text cut after each mark, so that joining gives it back."""
    return CLAUSE.findall(text.replace("\r\n", "\n"))


def _steps(one: list[str], other: list[str]) -> list[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, [_day_only(c) for c in one], [_day_only(c) for c in other], autojunk=False).get_opcodes()


def _day_only(clause: str) -> str:
    """截至…9时00分 says when it was written: within the day that is no fact that moves."""
    return CLOCK.sub("", clause) if "截至" in clause else clause


def _moved(base: list[str], today: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Spans of `base` and `today` that differ; clauses replaced one by one are told apart."""
    for what, i1, i2, j1, j2 in _steps(base, today):
        if what == "replace" and i2 - i1 == j2 - j1:
            yield from ((i1 + n, i1 + n + 1, j1 + n, j1 + n + 1) for n in range(i2 - i1))
        elif what != "equal":
            yield i1, i2, j1, j2


def _still_says(region: str, old: str, new: str) -> bool:
    """Whether words that today's wording no longer has stand in what the hand made of them."""
    was, found = TOKEN.findall(old), TOKEN.findall(region)
    for what, i1, i2, _j1, _j2 in _steps(was, TOKEN.findall(new)):
        gone = was[i1:i2]
        tells = what in ("replace", "delete") and (len(gone) > 1 or gone[0].isdigit())  # one Han character tells nothing
        if tells and any(found[n:n + len(gone)] == gone for n in range(len(found) - len(gone) + 1)):
            return True
    return False


def changes(base: str, today: str, text: str) -> list[Change]:
    """What moved from `base` to `today` and concerns `text`, in order."""
    was, now_is, has = clauses(base), clauses(today), clauses(text)
    kept = _steps(was, has)
    out = []
    for i1, i2, j1, j2 in _moved(was, now_is):
        old, new = "".join(was[i1:i2]), "".join(now_is[j1:j2])
        low, high = (i1, i2) if i1 < i2 else (max(0, i1 - 1), min(len(was), i1 + 1))
        whole = next((s for s in kept if s[0] == "equal" and s[1] <= low and high <= s[2]), None)
        if whole:
            out.append(Change(old, new, (whole[3] + i1 - whole[1], whole[3] + i2 - whole[1])))
            continue
        region = "".join("".join(has[s[3]:s[4]]) for s in kept if s[1] < i2 and s[2] > i1)
        if _still_says(region, old, new):
            out.append(Change(old, new, None))
    return out


def merged(text: str, found: list[Change]) -> str:
    """The text with today's words where the hand left the template's."""
    has = clauses(text)
    for change in reversed([c for c in found if c.at]):
        has[change.at[0]:change.at[1]] = [change.new]
    return "".join(has)


def by_hand(base: str, text: str) -> list[tuple[str, str]]:
    """What the hand made of the template's words: (was, is)."""
    was, has = clauses(base), clauses(text)
    return [("".join(was[i1:i2]), "".join(has[j1:j2])) for what, i1, i2, j1, j2 in _steps(was, has) if what != "equal"]


def todays_words(notice: "Notice") -> dict[str, str] | None:
    """What the template says today; None when it cannot be filled in, so that there is nothing to compare."""
    try:
        template = find_template(notice.kind)
        context = letter_context(notice, template)
        words = {"title": template.title, "addressee": template.addressee, "body": template.wording}
        filled = {name: render_wording(text, context) for name, text in words.items()}
    except (Refused, WordingError):
        return None
    return filled | {"title": filled["title"][:120], "addressee": filled["addressee"][:200] or notice.addressee}


def moved(notice: "Notice") -> list[Change]:
    """The facts that moved since a draft was edited by hand and that its text still states as they were."""
    base: Mapping[str, str] | None = notice.details.get("worded")
    today = todays_words(notice) if notice.edited and base else None
    return [change for name in FIELDS for change in changes(base[name], today[name], getattr(notice, name))] if today else []


DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日(\d{1,2}时(\d{1,2}分)?)?")


def why_stale(notice: "Notice") -> str | None:
    """Why a hand-edited draft cannot go out as it is: it states facts that are no longer so."""
    if not notice.edited:
        return None
    if left := notice.details.get("check"):
        return f"手工改过的正文与今日事实不符：今日应为“{left[0].strip()}”，请在“修改”中核对后保存"
    if not notice.details.get("worded") and todays_words(notice):  # edited before the facts of the day were kept beside the words
        return "这份手工修改稿没有留存修改当日的事实，请在“修改”中按今日情况核对后保存，再签发"
    found = moved(notice)
    if not found:
        return None
    first = (found[0].old or found[0].new).strip(" ，。；\n")
    if all(DAY.sub("", change.old) == DAY.sub("", change.new) for change in found):
        return f"手工修改稿所写日期不是今日（“{first}”），其余事实没有变动；请先“更新事实”改为今日，手工修改会保留"
    return f"手工修改稿中有{len(found)}处事实已变动（如“{first}”），请先“更新事实”，手工修改会保留"


def renew(notice: "Notice") -> None:
    """Take over today's facts; today's words for what the hand has changed itself wait to be checked by a person."""
    base, today = notice.details.get("worded"), todays_words(notice)
    if not base or not today:
        return
    left = []
    for name in FIELDS:
        found = changes(base[name], today[name], getattr(notice, name))
        setattr(notice, name, merged(getattr(notice, name), found))
        left += [change.new or f"（删去）{change.old}" for change in found if change.at is None]
    notice.details = notice.details | {"worded": today, "check": left}


def remember(notice: "Notice", *, first: bool) -> None:
    """Keep what the template says beside the hand's text; a text edited again is still compared with its first."""
    kept = {name: value for name, value in notice.details.items() if name != "check"}
    if first or "worded" not in kept:
        today = todays_words(notice)
        kept = {name: value for name, value in kept.items() if name != "worded"} | ({"worded": today} if today else {})
    notice.details = kept
