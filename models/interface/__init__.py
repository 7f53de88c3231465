"""The interface for other systems: clients with tokens, demands taken in by external number, rows handed out by cursor."""

from models.interface.client import ApiClient

__all__ = ["ApiClient"]
