"""What a verb asks the person at the desk: the declared fields of its little form."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import EnumMeta
from inspect import Parameter
from typing import Any, get_args, get_origin

from models.base import Labelled, db
from models.errors import Invalid
from models.now import local
from models.typed import typed_moment

_EMPTY = (None, "", [], ())
# Control characters and lone surrogates: PostgreSQL refuses some, no page shows any.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Ask:
    """One question. ``ground: Annotated[ReturnGround, Ask("退回理由")]``; a default makes it optional."""

    label: str
    help: str = ""
    long: bool = False
    bare: bool = False  # the timeline shows the answer without its label
    secret: bool = False  # the timeline does not show the answer
    phrases: bool = False  # offer stock phrases beside it
    limit: int = 2000  # longest text, code points
    files: str | None = None  # label under which uploaded files are kept
    to_the_minute: bool = False  # a day alone does not answer it
    yes: str = ""  # a yes-or-no question whose answers have names is asked outright; without them it is a box to tick
    no: str = ""
    start: Any = None  # what the form begins with, where no answer at all is an answer to code
    name: str = ""
    kind: Any = str
    many: bool = False
    required: bool = True
    default: Any = None

    def bind(self, name: str, kind: Any, default: Any) -> "Ask":
        """The same question tied to its parameter."""
        many = get_origin(kind) is list
        kind = get_args(kind)[0] if many else kind
        options = [part for part in get_args(kind) if part is not type(None)]
        required = default is Parameter.empty
        return replace(
            self, name=name, kind=options[0] if options else kind, many=many, required=required,
            default=None if required else default,
        )

    @property
    def choices(self) -> list[tuple[str, str]] | None:
        """(value, label) of an enum or of a named yes or no; None for others."""
        if self.kind is bool and self.yes:
            return [("y", self.yes), ("n", self.no)]
        return self.kind.choices() if isinstance(self.kind, EnumMeta) and issubclass(self.kind, Labelled) else None

    @property
    def model(self) -> type | None:
        """The table picked from, for questions answered by a row."""
        return self.kind if isinstance(self.kind, type) and issubclass(self.kind, db.Model) else None

    @property
    def _missing(self) -> str:
        """What to do about a blank: 请选择审核结果, 请填写延至的日期."""
        what = f"{self.label}的日期" if self.kind in (date, datetime) and self.label.endswith("至") else self.label
        return f"请{'选择' if self.choices or self.model else '填写'}{what}"

    def clean(self, value: Any) -> Any:
        """The typed value, or Invalid with a sentence saying what is wrong."""
        if isinstance(value, str):
            value = value.strip()
        if value in _EMPTY:
            if self.required:
                raise Invalid(self.name, self._missing)
            return [] if self.many else self.default
        if self.many:
            return [self._one(item) for item in (value if isinstance(value, list | tuple | set | frozenset) else [value])]
        return self._one(value)

    def _one(self, value: Any) -> Any:
        if self.choices is not None and self.kind is not bool:
            if value not in self.kind.__members__:
                raise Invalid(self.name, f"{self.label}不在可选范围内")
            return self.kind[value]
        if self.model is not None:
            return value if isinstance(value, self.model) else self._row(value)
        return {bool: self._flag, int: self._int, Decimal: self._decimal, date: self._date, datetime: self._moment}.get(
            self.kind, self._text
        )(value)

    def _row(self, value: Any) -> Any:
        row = db.session.get(self.model, int(value)) if str(value).isdecimal() and len(str(value)) < 12 else None
        if row is None:
            raise Invalid(self.name, f"所选{self.label}不存在")
        return row

    def _flag(self, value: Any) -> bool:
        return str(value).lower() not in ("0", "false", "no", "off", "n", "f")

    def _text(self, value: Any) -> str:
        text = _UNPRINTABLE.sub("", str(value))
        if len(text) > self.limit:
            raise Invalid(self.name, f"{self.label}请控制在{self.limit}字以内，现为{len(text)}字")
        return text

    def _int(self, value: Any) -> int:
        try:
            number = int(value)
        except (ValueError, TypeError) as error:
            raise Invalid(self.name, f"{self.label}请填整数") from error
        if not -(2**31) < number < 2**31:
            raise Invalid(self.name, f"{self.label}数值过大")
        return number

    def _decimal(self, value: Any) -> Decimal:
        try:
            number = Decimal(str(value).replace(",", "").replace("，", ""))
        except InvalidOperation as error:
            raise Invalid(self.name, f"{self.label}请填数字") from error
        if not number.is_finite() or abs(number) >= Decimal("1e13"):
            raise Invalid(self.name, f"{self.label}数值过大")
        return number.quantize(Decimal("0.01"))

    def _date(self, value: Any) -> date:
        return value if type(value) is date else self._moment(value).date()

    def _moment(self, value: Any) -> datetime:
        if isinstance(value, datetime):
            return local(value)
        found = typed_moment(str(value))
        if found is None or (self.to_the_minute and not found[1]):
            form = "请写成 2024-05-20 或 20240520" if self.kind is date else "请写成 2024-05-20 09:30 或 20240520 0930"
            raise Invalid(self.name, self.label + form)
        return local(found[0])

    def show(self, value: Any) -> str:
        """The answer as people read it."""
        if self.kind is bool and self.yes and value is not None:
            return self.yes if value else self.no
        if value in _EMPTY or value is False:
            return ""
        if isinstance(value, list):
            return "、".join(self.show(item) for item in value)
        if isinstance(value, Labelled):
            return value.label
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M")
        return "是" if value is True else str(value)
