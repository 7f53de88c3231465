"""Paste the notice: dates, make-up days, and the slips that must not pass."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock import WorkCalendar, parse_notice

NOTICE_2026 = """
关于2026年部分节假日安排的通知（演示文本）　国办发明电〔2025〕7号
各单位：2026年元旦、春节等节日放假和调休日期安排如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月廿八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、
28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间各单位安排好值班。2025年11月4日
"""


def test_the_notice_for_2026_gives_exactly_the_days_the_library_knows():
    rules = parse_notice(NOTICE_2026, 2026)
    published, entered = WorkCalendar(), WorkCalendar(rules)
    for n in range(365):
        day = date(2026, 1, 1) + timedelta(days=n)
        assert entered.is_workday(day) == published.is_workday(day)
        named = bool(published.day(day).label)
        assert (day in rules) == named
    assert len(rules) == 33 + 6


def test_each_row_names_its_holiday_and_the_document():
    rules = parse_notice(NOTICE_2026, 2026)
    assert (rules[date(2026, 2, 16)].label, rules[date(2026, 2, 28)].label) == ("春节", "春节调休")
    assert rules[date(2026, 2, 28)].is_workday
    assert {rule.source for rule in rules.values()} == {"国办发明电〔2025〕7号"}
    assert all(rule.confirmed for rule in rules.values())


def test_new_year_may_begin_in_the_december_before_and_end_in_january():
    for begin in ("2022年12月31日", "12月31日"):
        rules = parse_notice(f"一、元旦：{begin}至1月2日放假调休，共3天。", 2023)
        assert list(rules) == [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]


def test_two_holidays_in_one_paragraph_and_single_days_are_read():
    text = "一、元旦：1月1日放假，与周末连休。二、国庆节、中秋节：10月1日至8日放假调休，共8天。9月28日、10月11日上班。"
    rules = parse_notice(text, 2025)
    assert rules[date(2025, 10, 6)].label == "国庆节、中秋节"
    assert [day for day, rule in rules.items() if rule.is_workday] == [date(2025, 9, 28), date(2025, 10, 11)]
    assert date(2025, 1, 2) not in rules


def test_advice_to_rest_is_no_holiday():
    rules = parse_notice("二、春节：2月10日至17日放假调休，共8天。鼓励各单位安排职工在除夕（2月9日）休息。", 2024)
    assert date(2024, 2, 9) not in rules


@pytest.mark.parametrize(
    ("text", "year", "complaint"),
    [
        ("一、元旦：1月1日（周五）放假，共1天。", 2026, "与2026年的日历不符"),
        ("一、元旦：1月1日至3日放假调休，共4天。", 2026, "写明共4天，按日期数是3天"),
        ("关于2025年部分节假日安排的通知。一、元旦：1月1日放假，共1天。", 2026, "通知安排的是2025年"),
        ("一、元旦：1月3日至1日放假。", 2026, "起止日期不对"),
        ("一、元旦：2月30日放假。", 2026, "没有2月30日"),
        ("一、元旦：1月1日放假。1月1日上班。", 2026, "既写放假又写上班"),
        ("元旦快乐", 2026, "没有认出"),
        ("", 2026, "没有认出"),
    ],
)
def test_a_slip_in_the_text_is_refused_with_what_is_wrong(text, year, complaint):
    with pytest.raises(ValueError, match=complaint):
        parse_notice(text, year)


@settings(deadline=None)
@given(st.text(alphabet="一二、：。（）周六日至年月放假上班共天元旦0123456789 \n", max_size=80))
def test_any_text_is_either_read_or_refused_in_chinese(text):
    try:
        answer = list(parse_notice(text, 2026).values())
    except ValueError as refusal:
        answer = re.findall(".*。$", str(refusal))
    assert answer
