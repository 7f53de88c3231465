"""Click's own messages in Chinese: what a command is missing, what is not understood."""

import gettext
import os
from pathlib import Path

CATALOGUES = Path(__file__).resolve().parents[1] / "translations"


def speak() -> None:
    """Click asks gettext for the process's domain in the process's language."""
    os.environ["LANGUAGE"] = "zh_Hans_CN"
    gettext.bindtextdomain("click", str(CATALOGUES))
    gettext.textdomain("click")
