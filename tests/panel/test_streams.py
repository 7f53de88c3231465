"""Exports are sent while they are read."""

from models import db


def test_an_export_gives_its_connection_back(app, desk):
    for kind in ("csv", "xlsx"):
        answer = desk("coordinator").raw(f"/enterprise/export/{kind}/")
        assert answer.status_code == 200
        assert len(answer.data) > 100
        assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
        assert db.engine.pool.checkedout() == 0
