"""The statements a page sends."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from models.identity import session
from scripts.bench.visitor import statements


@contextmanager
def counted():
    """The statements sent meanwhile, as within a minute of the last request: when somebody was last seen is not noted again."""
    with patch.object(session, "TOUCH", timedelta(days=1)), statements() as sent:
        yield sent
