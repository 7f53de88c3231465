"""The one base of everything that can stop a letter."""


class LetterError(Exception):
    """A letter cannot be made; the message is one Chinese sentence for the person at the screen."""
