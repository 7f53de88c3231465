"""The name of an enterprise, written as people write it; those of the register are offered while it is typed."""

from typing import Any

from flask import url_for
from flask_login import current_user
from wtforms import StringField


class FirmName(StringField):
    """A line of text; who may read the register gets its names offered (static/js/firms.js)."""

    def __call__(self, **kwargs: Any) -> Any:
        offered = {"data-names": url_for("enterprise.names"), "autocomplete": "off"} if current_user.may("enterprise:view") else {}
        return super().__call__(**offered | kwargs)
