"""A setting that was changed counts from then on, and one that was not changed after all never did."""

import sqlalchemy as sa

from models import Setting, db, scope
from models.setting import setting


def test_a_setting_counts_as_soon_as_it_is_written(cast):
    with scope.everything():
        row = db.session.scalars(sa.select(Setting).where(Setting.key == "callback_days")).one()
        before = setting("callback_days")
        row.value = "9"
        db.session.flush()
        assert setting("callback_days") == "9"
        db.session.rollback()
        assert setting("callback_days") == before != "9"


def test_a_setting_written_by_somebody_else_counts_in_the_next_transaction(cast):
    with scope.everything():
        setting("callback_days")
        db.session.commit()
        with db.engine.begin() as elsewhere:
            elsewhere.execute(sa.update(Setting.__table__).where(Setting.key == "callback_days").values(value="8"))
        assert setting("callback_days") == "8"


def test_an_empty_setting_is_the_built_in_one(cast):
    with scope.everything():
        row = db.session.scalars(sa.select(Setting).where(Setting.key == "callback_days")).one()
        row.value = ""
        db.session.flush()
        assert setting("callback_days") == "2"
