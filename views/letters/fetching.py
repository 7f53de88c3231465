"""What WeasyPrint may open: our fonts and inline images, nothing else."""

from collections.abc import Iterable
from pathlib import Path

from weasyprint.urls import URLFetcher


class FontOnlyFetcher(URLFetcher):
    """Opens the font files in use and inline images; everything else is refused."""

    def __init__(self, allowed: Iterable[Path]) -> None:
        """`allowed` are the font files."""
        super().__init__(allowed_protocols={"file", "data"})
        self.allowed = {path.as_uri() for path in allowed}

    def fetch(self, url, headers=None):
        """Fetch a font file or a data: URL; ValueError otherwise."""
        if not url.startswith("data:") and url not in self.allowed:
            raise ValueError(f"refused: {url}")
        return super().fetch(url, headers)
