"""The README's recipe for a register, followed word for word in a copy of the tree."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.setup.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
RECIPE = README[README.index("**A register.**"):README.index("**An import.**")]
FILES = dict(re.findall(r"```python\n# (\S+)\n(.*?)```", RECIPE, re.DOTALL))
LINES = dict(re.findall(r"^(\S+\.(?:py|yaml)(?:, panels\(\))?) +(\S.*)$", RECIPE, re.MULTILINE))
MIGRATE = """
import sys
from app import create_app
from migrations import revise, upgrade
app = create_app({"INSTANCE_PATH": sys.argv[1], "SQLALCHEMY_DATABASE_URI": f"sqlite:///{sys.argv[1]}/dudao.db"})
upgrade(app)
revise(app, "mentor", "9001")
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The rooms of the product, without history and data."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "instance").mkdir(exist_ok=True)
    (tmp_path / "instance" / "fonts").symlink_to(ROOT / "instance" / "fonts")
    return tmp_path


def put(path: Path, line: str, before: str) -> None:
    """One line more, above the first line that begins with `before`, as deep as that one."""
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(n for n, text in enumerate(lines) if text.strip().startswith(before))
    indent = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
    path.write_text("\n".join([*lines[:place], indent + line, *lines[place:]]) + "\n", encoding="utf-8")


def run(tree: Path, *command: str) -> str:
    """What a command says, in the tree."""
    done = subprocess.run([sys.executable, *command], cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_register_takes_forty_lines_and_works(tree):
    code = [line for text in FILES.values() for line in text.splitlines() if line.strip()] + list(LINES.values())
    assert list(FILES) == ["models/mentor.py", "views/mentor.py"]
    assert len(code) <= 40
    for name, text in FILES.items():
        (tree / name).write_text(text, encoding="utf-8")
    put(tree / "models/__init__.py", LINES["models/__init__.py"], "from models.message")
    put(tree / "views/__init__.py", LINES["views/__init__.py"], "from views.message")
    put(tree / "views/__init__.py", LINES["views/__init__.py, panels()"], "ProjectPanel(")
    put(tree / "seeds/packs/core/roles.yaml", LINES["seeds/packs/core/roles.yaml"], "- {resource: ticket")
    run(tree, "-c", MIGRATE, str(tree / "instance"))
    assert "mentor" in next((tree / "migrations/versions").glob("9001_*.py")).read_text(encoding="utf-8")
    shutil.copy(ROOT / "tests/setup/mentors.py", tree / "tests/test_mentors.py")
    assert "1 passed" in run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_mentors.py")
