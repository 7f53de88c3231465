"""What a store says when it cannot."""


class StoreDown(Exception):
    """The store does not answer or refuses; the sentence says which and what to look at."""
