"""The PostgreSQL server that tests bring along."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from scripts.throwaway_postgres import cluster

pytestmark = pytest.mark.postgres


def test_the_server_takes_chinese_text_and_is_gone_afterwards():
    with cluster() as url:
        folder = Path(sa.make_url(url).query["host"])
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT '督办' || :word"), {"word": "通知"}) == "督办通知"
            assert connection.scalar(sa.text("SHOW listen_addresses")) == ""
        engine.dispose()
        assert folder.is_dir()
    assert not folder.exists()


def test_a_failing_test_run_leaves_no_server_behind():
    folders = []

    def fail():
        with cluster() as url:
            folders.append(Path(sa.make_url(url).query["host"]))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [folder.exists() for folder in folders] == [False]
