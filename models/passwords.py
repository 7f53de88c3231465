"""What makes a password good enough (standards.md §3: length 8, three of four classes, not the name)."""

import re

CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")


def weakness(password: str, username: str = "") -> str:
    """One Chinese sentence saying what is missing; "" for a good password."""
    if len(password) < 8:
        return "口令至少8位"
    if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < 3:
        return "口令须含大写、小写、数字、符号中的至少三类"
    if username and username.lower() in password.lower():
        return "口令不能包含登录名"
    return ""
