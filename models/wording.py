"""The words of a letter: sandboxed Jinja that officials may edit, with errors they can read."""

import datetime as dt
import functools
import re
from collections.abc import Mapping
from types import SimpleNamespace

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from models.errors import LetterError

LONGEST_TEMPLATE = 20_000
MISSING_ATTRIBUTE = re.compile(r"has no attribute '(\w+)'")
MISSING_NAME = re.compile(r"'(\w+)' is undefined")


def chinese_date(day: dt.date | dt.datetime) -> str:
    """2024年8月5日: Arabic digits, no leading zeros (GB/T 9704-2012 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_time(moment: dt.datetime) -> str:
    """2024年8月5日17时30分."""
    return f"{chinese_date(moment)}{moment.hour}时{moment.minute:02d}分"


class WordingError(LetterError):
    """The wording cannot be filled in."""


class Wording(ImmutableSandboxedEnvironment):
    """No attribute beginning with _, no changes to data, and no operator that can blow up memory."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context, operator, left, right):
        """Refuse multiplication, powers and % formatting: letters do not calculate."""
        raise SecurityError(f"operator {operator}")


def as_date(value: object) -> str:
    """Filter `cn`: 2024年8月5日."""
    if not isinstance(value, dt.date):
        raise WordingError("措辞中有日期尚未填写，请补齐日期后再生成文书。")
    return chinese_date(value)


def as_time(value: object) -> str:
    """Filter `cnt`: 2024年8月5日17时30分; a date without a time prints as a date."""
    return chinese_time(value) if isinstance(value, dt.datetime) else as_date(value)


@functools.cache
def environment() -> Wording:
    """The one environment for wordings: strict, so that a gap is an error and not a blank."""
    env = Wording(undefined=StrictUndefined, autoescape=False)
    env.filters.update(cn=as_date, cnt=as_time)
    for name in ("center", "indent", "format", "pprint", "xmlattr", "urlize", "tojson"):
        del env.filters[name]
    env.globals.clear()
    return env


def plain(value: object) -> object:
    """Mappings as namespaces, at every depth, so that `inspection.items` is the data and not a method."""
    if isinstance(value, Mapping):
        return SimpleNamespace(**{key: plain(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def render_wording(text: str, context: Mapping[str, object]) -> str:
    """Fill `text` from `context`; WordingError with one Chinese sentence when that is impossible."""
    if len(text) > LONGEST_TEMPLATE:
        raise WordingError(f"措辞超过{LONGEST_TEMPLATE}字，请精简。")
    try:
        filled = environment().from_string(text).render({key: plain(value) for key, value in context.items()})
    except TemplateSyntaxError as error:
        raise WordingError(f"措辞第{error.lineno}行的花括号写法有误，请对照变量说明改正。") from error
    except UndefinedError as error:
        found = MISSING_ATTRIBUTE.search(str(error)) or MISSING_NAME.search(str(error))
        name = f"“{found[1]}”" if found else ""
        raise WordingError(f"措辞用到的变量{name}不存在或尚未填写，请核对变量名或先补齐资料。") from error
    except SecurityError as error:
        raise WordingError("措辞中含有不允许的写法，只能引用变量和日期，请改正。") from error
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise WordingError("措辞无法填写，请检查变量后面的写法是否正确。") from error
    return filled.strip("\n")
