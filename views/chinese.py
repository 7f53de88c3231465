"""The libraries' messages in the words officials use: our catalogues laid over those they bring.

Flask-Admin, its forms, and Flask-WTF's forms each load their own catalogue; where both have an entry ours counts.
"""

from flask import Flask, request
from flask_admin import babel as admin


def init_app(app: Flask) -> None:
    """Our folder comes last, and what comes last wins (flask_babel merges folder by folder)."""
    ours = f"{app.root_path}/translations"
    for domain in (admin.domain, admin.wtforms_domain):
        if ours not in domain._translation_directories:
            domain._translation_directories.append(ours)

    @app.before_request
    def speak() -> None:
        """Flask-WTF takes the catalogue it finds on the request."""
        request.wtforms_translations = admin.wtforms_domain.get_translations()
