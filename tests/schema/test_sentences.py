"""Database errors speak Chinese: what is missing, what is taken, what is still used."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from models import Unit, UnitAlias, db, scope
from models.sentences import UNKNOWN, sentence_for


@pytest.fixture(autouse=True)
def system(app):
    with scope.everything():
        yield
        db.session.rollback()


def error_of(act):
    def acted():
        act()
        db.session.flush()

    with pytest.raises(IntegrityError) as error:
        acted()
    return error.value


def add(**values):
    db.session.add(Unit(**{"code": "x", "name": "测试局"} | values))


def test_what_is_missing_is_named():
    assert sentence_for(error_of(lambda: db.session.add(Unit(name="无代码局")))) == "请填写代码"


def test_what_is_taken_is_named():
    assert sentence_for(error_of(lambda: (add(), db.session.flush(), add(code="y")))) == "单位名称与已有记录重复，请核对"


def test_what_does_not_exist_or_is_still_used_is_said(app):
    postgres = db.engine.dialect.name == "postgresql"
    loose = "所选记录不存在，或本记录仍被引用，不能删除，可改为停用"
    wrong = sentence_for(error_of(lambda: add(parent_id=999_999)))
    assert wrong == ("所选上级单位不存在，或已被删除" if postgres else loose)
    db.session.rollback()
    used = db.session.scalars(sa.select(UnitAlias)).first().unit_id
    error = error_of(lambda: db.session.execute(sa.delete(Unit).where(Unit.id == used)))
    assert "不能删除，可改为停用" in sentence_for(error)


def test_other_troubles_are_said_without_their_text():
    secret = "UPDATE user_account SET password_hash='s3cret'"
    assert sentence_for(OperationalError(secret, {}, Exception("database is locked"))) == "系统正忙，请稍候再提交一次"
    assert sentence_for(DataError(secret, {}, Exception("value too long"))) == "有一项内容过长或格式不对，请核对后再试"
    assert sentence_for(IntegrityError(secret, {}, Exception("something new"))) == UNKNOWN
    assert sentence_for(RuntimeError("boom")) == UNKNOWN
