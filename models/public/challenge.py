"""A small question a person answers at once: a sum in words. Nothing is fetched, nothing has to be seen.

The question follows from a random word and the house's key, so the page carries no answer; a word is good for one
submission (models/public/demand.py counts it).
"""

import hashlib
import hmac
import secrets
import unicodedata

DIGITS = "零一二三四五六七八九"


def fresh() -> str:
    """A new random word."""
    return secrets.token_urlsafe(12)


def _numbers(key: str, word: str) -> tuple[int, int, bool]:
    seed = hmac.new(key.encode(), f"challenge\n{word}".encode(), hashlib.sha256).digest()
    first, second, plus = seed[0] % 8 + 2, seed[1] % 9 + 1, seed[2] % 2 == 0
    return (first, second, True) if plus or first <= second else (first, second, False)


def question(key: str, word: str) -> str:
    """七加五等于几？"""
    first, second, plus = _numbers(key, word)
    return f"{DIGITS[first]}{'加' if plus else '减'}{DIGITS[second]}等于几？"


def is_right(key: str, word: str, answer: str) -> bool:
    """Whether the answer fits, in figures or in characters."""
    first, second, plus = _numbers(key, word)
    right = first + second if plus else first - second
    answer = unicodedata.normalize("NFKC", answer).strip()
    return answer in (str(right), spoken(right))


def spoken(number: int) -> str:
    """十二, for 0 to 19."""
    return DIGITS[number] if number < 10 else f"十{DIGITS[number % 10] if number % 10 else ''}"
