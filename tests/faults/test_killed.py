"""A small sample of `make faults`: whatever is killed, what was accepted is there whole and nothing is half done."""

import random

import pytest

from models import db
from tests.faults.killing import WORKS, many_times


@pytest.mark.parametrize("name", WORKS)
def test_nothing_is_lost_and_nothing_half_done(stage, name):
    with stage.app.app_context():
        db.session.remove()
        db.engine.dispose()
        stage.renew()
    try:
        assert many_times(stage.app, name, 2, random.Random(name)) == []
    finally:
        with stage.app.app_context():
            db.session.remove()
            db.engine.dispose()
