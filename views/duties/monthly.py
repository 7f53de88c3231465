"""The month a statistics page is about."""

import re
from datetime import date, timedelta

from flask import request, url_for

from models.now import now


def month_arg() -> str:
    """``?period=2024-08``, else this month."""
    wanted = request.args.get("period", "")
    return wanted if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", wanted) else f"{now():%Y-%m}"


def month_range(first: date, last: date) -> str:
    """As a range filter takes it."""
    return f"{first} to {last}"


def month_links(endpoint: str, period: str) -> list[dict[str, object]]:
    """The last six months as tabs, and the one shown."""
    found, day = [], now().date().replace(day=1)
    for _ in range(6):
        found.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    if period not in found:
        found.append(period)
    return [{"label": month, "url": url_for(endpoint, period=month), "active": month == period} for month in sorted(found)]
