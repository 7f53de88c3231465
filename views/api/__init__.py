"""The JSON interface under /api/v1/ for other systems. Off by setting; docs/openapi.json describes it."""

from views.api.gate import is_api_path
from views.api.routes import bp

__all__ = ["bp", "is_api_path"]
