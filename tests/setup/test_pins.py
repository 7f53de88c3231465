"""What is installed is what is pinned: nothing newer, nothing older (GB/T 22239 8.1.4.4 最小安装、已知漏洞)."""

import re
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def name_of(text):
    return re.sub(r"[-_.]+", "-", text).lower()


def pinned(file):
    """Name → version of every line; each names one exact version."""
    lines = [line.split("#")[0].strip() for line in (ROOT / file).read_text("utf-8").splitlines()]
    lines = [line for line in lines if line and not line.startswith("-")]
    assert all("==" in line for line in lines), file
    return {name_of(re.sub(r"\[.*", "", line.split("==")[0])): line.split("==")[1] for line in lines}


def installed():
    return {name_of(found.metadata["Name"]): found.version for found in distributions()}


def test_every_package_has_the_version_that_is_pinned():
    there, wanted = installed(), pinned("constraints.txt")
    assert {name: (there.get(name), version) for name, version in wanted.items() if there.get(name) != version} == {}


def test_what_is_asked_for_directly_is_pinned_alike():
    wanted = pinned("constraints.txt")
    for file in ("requirements.txt", "requirements-test.txt"):
        assert pinned(file).items() <= wanted.items(), file
