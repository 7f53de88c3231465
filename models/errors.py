"""What can be refused, each with one Chinese sentence for the person at the desk."""


class Refused(Exception):
    """The action is not allowed now; nothing has changed. The text says why and what to do."""


class NotPermitted(Refused):
    """The role may not do this."""


class Stale(Refused):
    """Somebody else changed the record since the form was opened."""


class OutOfScope(Refused):
    """The row belongs to somebody else, or no scope was declared."""


class LetterError(Exception):
    """A letter cannot be made; the message is one Chinese sentence for the person at the screen."""


class Invalid(Refused, ValueError):
    """One field's value is wrong; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
