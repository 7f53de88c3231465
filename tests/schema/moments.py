"""The moments rows are made at."""

from datetime import UTC, date, datetime

NOW = datetime(2024, 8, 5, 1, 0, tzinfo=UTC)
LATER = datetime(2024, 8, 12, 1, 0, tzinfo=UTC)
EARLIER = datetime(2024, 8, 1, 1, 0, tzinfo=UTC)
TODAY = date(2024, 8, 5)
