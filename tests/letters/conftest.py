"""One letter of every form, to be varied with `dataclasses.replace`."""

import datetime as dt

import pytest

from views.letters import Form, Paper

AGENCY = "示范区优化营商环境领导小组办公室"
SENTENCE = "请主办单位认真核实企业反映的情况并在规定时限内答复企业同时将办理结果反馈督导组"
PARAGRAPH = (SENTENCE * 8) + "。"


@pytest.fixture
def letter() -> Paper:
    """A short 督办通知单 in 文件格式."""
    return Paper(
        form=Form.DOCUMENT, title="督办通知单", issued=dt.date(2024, 8, 5), mark=AGENCY, series="示营督",
        number="示营督〔2024〕7号", addressee="区人力资源和社会保障局",
        body="现将有关事项通知如下：\n一、核实情况。请于2024年8月12日前办结。", agency=AGENCY,
        contact="联系单位：区营商办督导落实组", cc=("区政府督查室", "区纪委监委"), printer=AGENCY,
        code="9F3C-71AE", verify_url="http://127.0.0.1:8000/v/9f3c71ae")


@pytest.fixture
def long_body() -> str:
    """Text of about five pages in plain Han characters."""
    return "\n".join([PARAGRAPH] * 8)
