"""What makes a password good enough."""

import pytest

from models.passwords import weakness


@pytest.mark.parametrize("password", ["Ab-1567", "abcdefgh1", "zhangsan-A1", "Abaaaa-123", "A-1" + "b" * 130, "演示-甲经办Aa1"])
def test_weak_passwords_are_named(password):
    assert weakness(password, "zhangsan", "演示-甲经办")


def test_good_passwords_pass():
    for password in ("Ceshi-2024#", "abc-12345", "一二三四五六七八Aa1"):
        assert weakness(password, "zhangsan", "演示-甲经办") == ""
