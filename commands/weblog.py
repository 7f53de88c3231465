"""What gunicorn itself logs goes the way of everything else: same place, same form, nothing personal."""

from typing import Any

from gunicorn.glogging import Logger

from views import journal


class Weblog(Logger):
    """gunicorn's logger class; requests are logged by the application."""

    def setup(self, cfg: Any) -> None:
        """Before the application is loaded: the parent process speaks the same way as its workers."""
        super().setup(cfg)
        journal.speak()
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def access(self, *_args: Any) -> None:
        """Nothing: views/journal.py has written the line."""
