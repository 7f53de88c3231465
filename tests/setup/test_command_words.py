"""The command line complains in Chinese and says what would be right."""

import pytest

from app import create_app
from commands.flow import FLOWS


@pytest.fixture
def run(tmp_path):
    """`run("workday", "add")`: what `flask workday add` prints."""
    app = create_app({"TESTING": True, "INSTANCE_PATH": str(tmp_path), "SECRET_KEY": "test"})

    def told(*words: str) -> str:
        return app.test_cli_runner().invoke(args=list(words)).output

    return told


@pytest.mark.parametrize(("words", "said"), [
    ("nosuch", "没有 nosuch 这个命令"), ("workday add", "缺少 'START'"), ("workday add 2024-09-30", "缺少 'DAYS'"),
    ("workday add 明天 5", "请写成 \"2024-09-30 16:00\""), ("workday add 2024-09-30 五", "五 不是数字"), ("workday add 2024-09-30 99999", "超出范围"),
    ("sweep --bad", "没有 --bad 这个选项"), ("sweep --as-of", "选项 --as-of 后面要写值"), ("flow nosuch", "没有 nosuch，可选"),
    ("workday add 2024-09-30 5 6", "多写了：6"), ("letter", "缺少选项"), ("sweep", "请先执行 flask init"),
])
def test_a_wrong_command_is_answered_in_chinese(run, words, said):
    output = run(*words.split())
    assert said in output
    for english in ("Error", "Missing", "Invalid", "Usage", "Try "):
        assert english not in output


@pytest.mark.parametrize("written", ["20240930", "2024/9/30", "2024年9月30日", "2024.9.30", "2024-09-30 16:00", "2024年9月30日16时30分", "20240930 16:00"])
def test_a_day_is_understood_as_people_write_it(run, written):
    assert "请先执行 flask init" in run("workday", "add", written, "5")


def test_flow_without_a_kind_lists_the_kinds(run):
    lines = run("flow").splitlines()
    assert [line.split()[0] for line in lines] == sorted(FLOWS)
    assert "ticket" in run("flow")
    assert any(line.split() == ["ticket", "企业诉求"] for line in lines)
