"""Officials edit wordings: gaps and mistakes become one Chinese sentence, and nothing can be attacked."""

import datetime as dt

import pytest

from views.letters import WordingError, default_kinds, render_wording, sample_context

CONTEXT = {
    "unit": {"name": "区财政局"}, "day": dt.date(2024, 8, 5), "moment": dt.datetime(2024, 8, 5, 9, 5), "gap": None,
    "inspection": {"items": ["消防", "安全"]}}


@pytest.mark.parametrize(("text", "filled"), [
    ("{{ unit.name }}", "区财政局"),
    ("{{ day|cn }}", "2024年8月5日"),
    ("{{ moment|cnt }}", "2024年8月5日9时05分"),
    ("{{ day|cnt }}", "2024年8月5日"),
    ("{{ inspection.items|join('、') }}", "消防、安全"),
    ("{% if gap %}有{% else %}无{% endif %}", "无"),
    ("第一段{% if unit %}。{% endif %}\n第二段", "第一段。\n第二段"),
])
def test_variables_dates_and_conditions_are_filled_in(text, filled):
    assert render_wording(text, CONTEXT) == filled


@pytest.mark.parametrize(("text", "sentence"), [
    ("{{ unit.phone }}", "“phone”不存在"),
    ("{{ nobody }}", "“nobody”不存在"),
    ("{{ gap.number }}", "不存在或尚未填写"),
    ("{{ gap|cn }}", "日期尚未填写"),
    ("第一行\n{{ unit.name }", "第2行的花括号写法有误"),
    ("{{ unit.name|没有 }}", "花括号写法有误"),
    ("{{ unit.__class__.__mro__ }}", "不允许的写法"),
    ("{{ ''.__class__ }}", "不允许的写法"),
    ("{{ inspection.items.append(1) }}", "不允许的写法"),
    ("{{ 'a' * 1000000000 }}", "不允许的写法"),
    ("{{ '%1000000000d' % 1 }}", "不允许的写法"),
    ("{% for n in range(9) %}{% endfor %}", "“range”不存在"),
    ("{{ 1 / 0 }}", "无法填写"),
    ("{% include 'letter.css' %}", "无法填写"),
    ("字" * 30000, "请精简"),
])
def test_a_mistake_is_explained_in_one_chinese_sentence(text, sentence):
    with pytest.raises(WordingError, match=sentence):
        render_wording(text, CONTEXT)


@pytest.mark.parametrize("code", sorted(default_kinds()))
def test_no_wording_of_the_pack_names_an_unknown_variable(code):
    kind, context = default_kinds()[code], sample_context(code)
    for text in (kind.title, kind.addressee, kind.wording, kind.contact):
        assert "{{" not in render_wording(text, context)
