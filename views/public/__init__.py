"""The public page under /p/ (T15): submit, follow, rate. Everything it needs lies under /p/, so that a proxy can expose only that."""

from views.public.pages import bp, is_public_path

__all__ = ["bp", "is_public_path"]
