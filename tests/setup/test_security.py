"""docs/security.md says how each control is met and which test shows it; it must stay true."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
LINES = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in re.findall(r"^\|.+\|$", TEXT, re.M)]
CONTROLS = [cells for cells in LINES if cells[0] != "控制点" and set(cells[0]) != {"-"}]


def test_every_line_says_how_and_what_the_district_does():
    assert CONTROLS
    for cells in CONTROLS:
        assert len(cells) == 4, cells
        assert all(cells), cells


@pytest.mark.parametrize("cells", CONTROLS, ids=lambda cells: cells[0])
def test_the_test_that_shows_a_control_exists(cells):
    named = re.findall(r"(tests/[\w/]+\.py)::(\w+)", cells[2])
    assert named, f"{cells[0]} names no test"
    for path, name in named:
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{path}::{name}"
