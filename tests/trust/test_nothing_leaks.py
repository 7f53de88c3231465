"""What never leaves: secrets, the sandbox of a wording, plain numbers in the file of the database."""

import re
from pathlib import Path

import pytest

from models.wording import WordingError, render_wording


def test_a_wording_template_cannot_leave_its_sandbox():
    """What an administrator writes as a letter's wording is data: it reaches no class, file, setting or module."""
    for wording in ("{{ ''.__class__.__mro__ }}", "{{ unit.__init__.__globals__ }}", "{{ cycler.__init__ }}", "{% include '/etc/passwd' %}",
                    "{{ config }}", "{{ request.environ }}", "{{ self._TemplateReference__context }}", "{% import 'os' as os %}{{ os }}"):
        with pytest.raises(WordingError):
            render_wording(wording, {"unit": {"name": "某局"}})


def test_no_secret_is_in_the_repository():
    """No key, token or password in any file that is kept."""
    root = Path(__file__).resolve().parents[2]
    private = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|xox[abp]-\w{10,}|"
        r"(?i:secret_key|password|token)\s*[:=]\s*[\"'][0-9a-f]{32,}[\"']"
    )
    wrong = []
    for folder in ("models", "views", "commands", "seeds", "migrations", "scripts", "templates", "static", "docs"):
        for file in (root / folder).rglob("*"):
            if file.is_file() and file.suffix in (".py", ".yaml", ".md", ".html", ".js", ".sh", ".toml", ".txt", ".css"):
                wrong += [str(file) for _ in private.finditer(file.read_text("utf-8", "ignore"))]
    assert wrong == []
    assert not list(root.glob("*secret_key*")) + list(root.glob("*data_keys*")), "keys lie in instance/, which is not kept"
