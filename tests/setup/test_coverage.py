"""docs/coverage.md says where each mechanism is and which test shows it; it must stay true."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "coverage.md").read_text("utf-8")
LINES = re.findall(r"^\| ([A-Z]\d+) \| (.+) \| (.+) \|$", TEXT, re.M)
GROUPS = {"O": 7, "T": 16, "D": 6, "N": 7, "I": 10, "S": 11, "A": 8, "K": 10}


def test_every_mechanism_has_its_line():
    wanted = {f"{letter}{n}" for letter, most in GROUPS.items() for n in range(1, most + 1)}
    assert {code for code, _where, _test in LINES} == wanted
    assert len(LINES) == 75


@pytest.mark.parametrize(("code", "test"), [(code, test) for code, _where, test in LINES])
def test_the_test_that_shows_a_mechanism_exists(code, test):
    named = re.findall(r"(tests/[\w/]+\.py)::(\w+)", test)
    assert named, f"{code} names no test"
    for path, name in named:
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{code}: {path}::{name}"
