"""What makes a password good enough (standards.md §3: length, three of four classes, not the name)."""

import re

CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")
LENGTH = 8


def weakness(password: str, username: str = "", name: str = "", length: int = LENGTH) -> str:
    """One Chinese sentence saying what is missing; "" for a good password."""
    if len(password) < length:
        return f"口令至少{length}位"
    if len(password) > 128:
        return "口令最多128位"
    if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < 3:
        return "口令须含大写、小写、数字、符号中的至少三类"
    if any(word and word.lower() in password.lower() for word in (username, name)):
        return "口令不能包含登录名和姓名"
    if re.search(r"(.)\1\1\1", password):
        return "口令不能有同一个字符连写四次"
    return ""
