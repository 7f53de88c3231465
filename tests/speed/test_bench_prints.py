"""`make bench`: what was measured is printed, whatever could not be measured of it; each long piece can be asked for by its name."""

from scripts.bench.apart import WORK
from scripts.bench.table import printed


def test_figures_are_printed_with_what_is_known_of_them():
    rows = [
        {"engine": "sqlite", "tickets": 10_000, "name": "first page", "ms": 60.0, "own": 50.0, "raw": 0.5, "statements": 36},
        {"engine": "sqlite", "tickets": 1_000_000, "name": "first page", "ms": 66.0, "own": 55.0, "raw": 0.0, "statements": 36},
        {"engine": "sqlite", "tickets": 10_000, "name": "form and save", "ms": 40.0, "own": 39.0},
        {"engine": "sqlite", "tickets": 10_000, "name": "export csv", "seconds": 6.5, "own": 6.0, "first": 0.01, "grown": 0.0},
        {"engine": "sqlite", "tickets": 10_000, "name": "filling", "seconds": 70.0},
        {"engine": "sqlite", "tickets": 10_000, "name": "eight clients: desk", "rate": 20.0},
        {"engine": "sqlite", "tickets": 1_000_000, "name": "eight clients: desk", "rate": 10.0},
    ]
    assert printed(rows).splitlines()[2:] == [
        "| first page | 60 (own 50, raw 0.5) | 66 (own 55) | 1.1 × | 36 |", "| form and save | 40 (own 39) |  |  |  |",
        "| export csv | 6.5 s, own 6.0 s, first byte 0.01 s, +0 MB |  |  |  |",
        "| filling | 70.0 s |  |  |  |", "| eight clients: desk | 20 a second | 10 a second | 2.0 × |  |",
    ]


def test_what_a_server_does_counts_as_growth():
    rows = [{"engine": "postgresql", "tickets": tickets, "name": "first page", "ms": ms, "own": 50.0} for tickets, ms in ((10_000, 80.0), (1_000_000, 160.0))]
    assert printed(rows).splitlines()[2:] == ["| first page | 80 (own 50) | 160 (own 50) | 2.0 × |  |"]


def test_long_pieces_can_be_asked_for_one_by_one():
    assert ",".join(WORK).split(",") == list(WORK)
