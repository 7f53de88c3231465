"""Pages that belong to no register."""

from flask_admin import BaseView
from flask_login import current_user


class EverybodysPage(BaseView):
    """For whoever is logged in, reached from the header or from lists, never from the menu."""

    def is_visible(self) -> bool:
        """Not in the menu."""
        return False

    def is_accessible(self) -> bool:
        """Whoever is logged in."""
        return current_user.is_authenticated
