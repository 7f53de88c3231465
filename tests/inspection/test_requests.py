"""What is asked of enterprises besides inspections is decided by the head (I9)."""

from datetime import date

import pytest

from models import EnterpriseRequest
from models.errors import Invalid, NotPermitted, Refused
from models.inspection import RequestState as S
from models.inspection.request import RequestGround, RequestKind


def _ask(desk, **more):
    given = {
        "request_kind": RequestKind.SURVEY, "content": "填写用工情况问卷", "scope_note": "园区规上企业", "enterprise_count": 32,
        "wanted_on": date(2024, 8, 30), "basis": "统计法第七条",
    }
    return EnterpriseRequest.ask(by=desk.cast.jia_clerk, unit=desk.cast.jia, title="用工情况调查", **given | more)


def test_the_head_approves_and_the_unit_says_how_many_took_part(desk):
    row = _ask(desk)
    assert row.state == S.DRAFTED
    row.approve(by=desk.cast.jia_head)
    row.complete(by=desk.cast.jia_clerk, answered_count=30, note="已汇总")
    assert (row.state, row.answered_count, row.is_open) == (S.FINISHED, 30, False)


def test_the_head_refuses_with_a_reason(desk):
    row = _ask(desk)
    row.refuse(by=desk.cast.jia_head, reason="可从社保数据取得")
    assert (row.state, row.is_open) == (S.REFUSED, False)


def test_without_basis_or_lawful_case_even_the_head_cannot_approve(desk):
    row = _ask(desk, basis=None)
    with pytest.raises(Refused, match="没有法定依据"):
        row.approve(by=desk.cast.jia_head)
    _ask(desk, basis=None, ground=RequestGround.SUPERIOR).approve(by=desk.cast.jia_head)


def test_the_clerk_does_not_decide_and_no_unit_asks_for_another(desk):
    with pytest.raises(NotPermitted):
        _ask(desk).approve(by=desk.cast.jia_clerk)
    with pytest.raises(NotPermitted):
        EnterpriseRequest.ask(by=desk.cast.yi_clerk, unit=desk.cast.jia, title="代提")


@pytest.mark.parametrize(("given", "field"), [({"content": " "}, "content"), ({"enterprise_count": 0}, "enterprise_count"),
                                              ({"wanted_on": date(2024, 8, 5)}, "wanted_on")])
def test_it_says_what_of_whom_and_by_when(desk, given, field):
    with pytest.raises(Invalid) as wrong:
        _ask(desk, **given)
    assert wrong.value.field == field
