"""What the IT team types: `make`, the build server's script, and the pinned requirements."""

import re
import subprocess
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
REQUIREMENT_FILES = ["requirements.txt", "requirements-test.txt", "constraints.txt"]


def requirements_of(name: str) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def test_make_alone_explains_every_target():
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    explained = dict(re.findall(r"^  make (\S+) +(\S.*)$", shown, re.MULTILINE))
    assert set(explained) == targets
    assert all(re.search(r"[一-鿿]", text) for text in explained.values())


def test_the_two_promised_commands_set_up_first():
    rules = dict(re.findall(r"^([a-z-]+):([^#\n]*)", MAKEFILE, re.MULTILINE))
    assert "setup" in rules["run"].split()
    assert "setup-test" in rules["test"].split()


@pytest.mark.parametrize("script", [".ci/run", "scripts/setup.sh", "scripts/pin.sh"])
def test_a_script_stops_at_its_first_failure(script):
    assert "set -euo pipefail" in (ROOT / script).read_text()
    subprocess.run(["bash", "-n", ROOT / script], check=True)


def test_the_build_server_runs_make_test():
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "make test"


@pytest.mark.parametrize("name", REQUIREMENT_FILES)
def test_every_requirement_names_one_version(name):
    loose = [str(found) for found in requirements_of(name) if not re.fullmatch(r"==[\w.]+", str(found.specifier))]
    assert loose == []


def test_what_the_requirements_need_in_turn_is_pinned_too():
    pinned = {canonicalize_name(found.name) for found in requirements_of("constraints.txt")}
    installed = {canonicalize_name(found.name) for found in distributions()} - {"pip", "setuptools", "wheel"}
    assert installed - pinned == set(), "run `make pin`"


def test_direct_and_indirect_pins_agree():
    pins = {canonicalize_name(found.name): str(found.specifier) for found in requirements_of("constraints.txt")}
    direct = requirements_of("requirements.txt") + requirements_of("requirements-test.txt")
    assert {str(found) for found in direct if pins[canonicalize_name(found.name)] != str(found.specifier)} == set()
