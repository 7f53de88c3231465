"""Personal data at rest: AES-256-GCM under keys that can be changed, with a blind index to find a value again.

A sealed value is ``<index of the whole>.<index of the last four digits>.<key id>.<base64 of nonce and cipher text>``; the part
before the key id is authenticated with the text, so no part can be exchanged unnoticed. The indexes are HMACs: who has only the
database learns that two values are equal, not what they are. GB/T 22239-2019 8.1.4.8 数据保密性
"""

import base64
import binascii
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, current_app
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from models.codes import mask_mail, mask_name, mask_numbers, mask_phone

FILE = "data_keys"
WHOLE, TAIL, NONCE = 22, 8, 12  # characters of the two indexes; bytes of the nonce
INDEX = "index"
UNREADABLE = "（密钥不符，无法读取）"
MASKS = {"phone": mask_phone, "mail": mask_mail, "name": mask_name, "words": mask_numbers}
_NUMBERED = re.compile(r"^k\d+$")
OPEN, CLOSE = "\ue000", "\ue001"  # nobody types these: characters of the private area
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_WITHIN = re.compile(rf"{OPEN}([\w-]{{22}}\.[\w-]{{8}}\.\w{{1,16}}\.[\w-]+=*){CLOSE}")
_PARTS = re.compile(r"^([\w-]{22}\.[\w-]{8})\.(\w{1,16})\.([\w-]+=*)$")


class Ring:
    """The keys of one installation: lines ``id:hex`` in instance/data_keys, or DATA_KEYS in the environment (comma-separated)."""

    def __init__(self, given: str | None, file: Path) -> None:
        self.file = None if given else file
        self.keys: dict[str, bytes] = {}
        self._read(given.replace(",", "\n") if given else self._make())

    def _make(self) -> str:
        """The file's text; made once, workers starting together agree on one."""
        try:
            with os.fdopen(os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(f"{INDEX}:{secrets.token_hex(32)}\nk1:{secrets.token_hex(32)}\n")
        except FileExistsError:
            pass
        return self.file.read_text()

    def _read(self, text: str) -> None:
        pairs = [line.strip().partition(":") for line in text.splitlines() if line.strip()]
        self.keys = {name: bytes.fromhex(value) for name, _, value in pairs}
        if INDEX not in self.keys or len(self.keys) < 2 or any(len(key) != 32 for key in self.keys.values()):
            raise RuntimeError("数据密钥不完整：须有 index 和至少一个密钥，每个为64位十六进制")

    @property
    def current(self) -> str:
        """The id new values are sealed with: the last one given."""
        return next(name for name in reversed(self.keys) if name != INDEX)

    def key(self, name: str) -> bytes | None:
        """A key by its id; one that another process has just added is read from the file."""
        if name not in self.keys and self.file:
            self._read(self.file.read_text())
        return self.keys.get(name)

    def add(self) -> str:
        """A new key at the end of the file; its id."""
        if not self.file:
            raise RuntimeError("密钥来自环境变量 DATA_KEYS，请在其末尾加上新密钥后再执行")
        name = f"k{1 + max((int(found[1:]) for found in self.keys if _NUMBERED.match(found)), default=0)}"
        with self.file.open("a") as file:
            file.write(f"{name}:{secrets.token_hex(32)}\n")
        self._read(self.file.read_text())
        return name

    def fingerprint(self, name: str) -> str:
        """By what a key is known again without showing it."""
        return hmac.digest(self.keys[name], b"fingerprint", "sha256").hex()[:16]

    def digest(self, purpose: str, text: str, length: int) -> str:
        """A keyed digest of `length` URL-safe characters."""
        made = hmac.digest(self.keys[INDEX], f"{purpose}\0{text}".encode(), "sha256")
        return base64.urlsafe_b64encode(made).decode()[:length]


def init_app(app: Flask) -> None:
    """Read or make the keys."""
    given = app.config.get("DATA_KEYS") or os.environ.get("DATA_KEYS")
    app.extensions["vault"] = Ring(given, Path(app.instance_path) / FILE)


def ring() -> Ring:
    """The keys of the running app."""
    return current_app.extensions["vault"]


def whole(text: str) -> str:
    """The blind index of a value."""
    return ring().digest("whole", text, WHOLE)


def tail(text: str) -> str:
    """The blind index of a number's last four digits."""
    digits = re.sub(r"\D", "", text)
    return ring().digest("tail", digits[-4:], TAIL) if len(digits) >= 4 else "-" * TAIL


def seal(text: str) -> str:
    """The sealed value of a text."""
    keys, index = ring(), f"{whole(text)}.{tail(text)}"
    nonce = os.urandom(NONCE)
    cipher = AESGCM(keys.keys[keys.current]).encrypt(nonce, text.encode(), index.encode())
    return f"{index}.{keys.current}.{base64.urlsafe_b64encode(nonce + cipher).decode()}"


def unseal(stored: str) -> str | None:
    """The text; None when it was changed, is no sealed value or its key is not here."""
    if not (parts := _PARTS.match(stored)) or (key := ring().key(parts[2])) is None:
        return None
    try:
        data = base64.urlsafe_b64decode(parts[3])
        return AESGCM(key).decrypt(data[:NONCE], data[NONCE:], parts[1].encode()).decode()
    except (InvalidTag, binascii.Error, ValueError):
        return None


def key_of(stored: str) -> str | None:
    """The id of the key a value is sealed with."""
    parts = _PARTS.match(stored)
    return parts[2] if parts else None


def seal_bytes(data: bytes) -> bytes:
    """The sealed content of a file: the key's id, a nonce, the cipher."""
    keys, nonce = ring(), os.urandom(NONCE)
    name = keys.current.encode()
    return name + b"." + nonce + AESGCM(keys.keys[keys.current]).encrypt(nonce, data, name)


def unseal_bytes(stored: bytes) -> bytes | None:
    """The content; None when it was changed, is not sealed or its key is not here."""
    name, _, rest = stored.partition(b".")
    key = ring().key(name.decode()) if re.fullmatch(rb"\w{1,16}", name) else None
    try:
        return AESGCM(key).decrypt(rest[:NONCE], rest[NONCE:], name) if key else None
    except (InvalidTag, ValueError):
        return None


def bytes_key_of(stored: bytes) -> str:
    """The id of the key a file is sealed with."""
    return stored.partition(b".")[0].decode(errors="replace")


def seal_numbers(words: str) -> str:
    """Running words with each mobile number in them sealed; the words around it stay as they are and can be searched."""
    return _MOBILE.sub(lambda found: f"{OPEN}{seal(found[0])}{CLOSE}", words)


def unseal_numbers(stored: str) -> str:
    """The words as they were written."""
    return _WITHIN.sub(lambda found: _or_unreadable(unseal(found[1])), stored) if OPEN in stored else stored


def renew_numbers(stored: str) -> str | None:
    """The same words with their numbers under the current key; None when one cannot be read."""
    opened = [unseal(found[1]) for found in _WITHIN.finditer(stored)]
    return None if None in opened else _WITHIN.sub(lambda _found: f"{OPEN}{seal(opened.pop(0))}{CLOSE}", stored)


def sealed_within(stored: str) -> list[str]:
    """The sealed values in running words."""
    return _WITHIN.findall(stored)


def index_within(stored: str) -> str:
    """Running words with the blind index in place of each sealed number: the same whatever key they are under."""
    return _WITHIN.sub(lambda found: found[1].partition(".")[0], stored)


def _or_unreadable(text: str | None) -> str:
    return UNREADABLE if text is None else text


class Text(TypeDecorator):
    """Text of several lines in which mobile numbers are sealed, wherever they were typed.

    The class must be called Text: Flask-Admin picks form fields by type name.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return seal_numbers(value) if value else value

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return unseal_numbers(value) if value else value

    @property
    def python_type(self) -> type[str]:
        """What it is outside the database."""
        return str

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """What it is compared with is looked for as it stands."""
        return sa.Text()


class SealedBytes(TypeDecorator):
    """A file that only the application can read; None when it cannot either."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: sa.Dialect) -> bytes | None:
        return None if value is None else seal_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> bytes | None:
        return None if value is None else unseal_bytes(bytes(value))


class Sealed(TypeDecorator):
    """Text that only the application can read; `kind` says how it is masked: phone, mail, name or words."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: str = "phone", length: int = 30) -> None:
        self.kind, self.longest = kind, length
        super().__init__()

    def mask(self, text: str | None) -> str:
        """The value as everybody may see it."""
        return MASKS[self.kind](text)

    def in_trail(self, text: str | None) -> str:
        """The value as the trail keeps it, which nothing seals: of running words nothing, as there may be names among them."""
        return "***" if self.kind == "words" else self.mask(text)

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        if not value:
            return value
        return _or_unreadable(unseal(value))

    class Comparator(TypeDecorator.Comparator):
        """Equality goes by the blind index; what would compare cipher text is refused."""

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            if op in (operators.eq, operators.ne) and other and isinstance(other[0], str):
                return op(sa.func.substr(sa.type_coerce(self.expr, sa.Text), 1, WHOLE), whole(other[0]))
            if op in (operators.is_, operators.is_not) or (op in (operators.eq, operators.ne) and other and other[0] is None):
                return super().operate(op, *other, **kwargs)
            raise TypeError("a sealed column is found by == or by ends_in() only")

        def ends_in(self, digits: str) -> sa.ColumnElement[bool]:
            """Whether the number ends in these four digits."""
            return sa.func.substr(sa.type_coerce(self.expr, sa.Text), WHOLE + 2, TAIL) == tail(digits)

    comparator_factory = Comparator


def sealed_columns(mapper: Any) -> dict[str, Sealed]:
    """Attribute → type of a mapped class's sealed columns."""
    found = {attr.key: attr.columns[0].type for attr in sa.inspect(mapper).column_attrs}
    return {key: kind for key, kind in found.items() if isinstance(kind, Sealed)}
