"""Invented facts for previews: no real person, firm or district."""

import datetime as dt

from views.letters.kinds import Issue, LetterKind, assemble, default_kinds
from views.letters.paper import Paper

TODAY = dt.date(2024, 8, 5)
AGENCY = {"name": "示范区优化营商环境领导小组办公室", "short": "区营商办"}
MATTER = {
    "number": "SQ202407-00012",
    "title": "稳岗返还资金申领提交后未到账",
    "kind_label": "企业诉求",
    "enterprise": "演示-恒达精密制造有限公司",
    "opened": dt.datetime(2024, 7, 15, 9, 20),
    "dispatched": dt.datetime(2024, 7, 15, 15, 0),
    "due": dt.datetime(2024, 7, 26, 17, 30),
    "overdue_days": 6,
    "summary": (
        "企业于2024年6月3日提交稳岗返还申领材料，金额3.48万元，经办窗口口头告知已受理，"
        "此后一个多月没有到账，也没有书面答复。"),
    "requirements": (
        "核实申领材料的受理和审核情况，向企业说明原因和预计到账时间；"
        "符合条件的及时拨付，不符合条件的书面告知理由和依据。"),
    "result": "已核实受理记录，补充拨付3.48万元，并当面答复企业。", "resolution": "办理解决", "satisfaction": "满意",
    "lead": "区人力资源和社会保障局",
    "co_units": ["区财政局", "㟙山保护区管理服务中心"],
}
ACTION = {
    "rung_label": "督办",
    "grounds": "承办科室签收后未与企业联系，期限届满前没有申请延期，也没有说明原因。",
    "requirements": (
        "查清材料停留的环节和原因，明确责任科室和责任人，当面答复企业；"
        "属于系统或者资金原因的，提出解决办法和完成时间。"),
    "new_due": dt.datetime(2024, 8, 12, 17, 30),
    "previous": {"number": "示营提〔2024〕21号", "date": dt.date(2024, 7, 24), "kind": "重要工作提示单"},
    "person": "演示-王玥（分管负责人）",
}
MEETING = {
    "time": dt.datetime(2024, 8, 8, 9, 30),
    "place": "示范区政务服务中心三楼会议室",
    "host": "演示-刘建国",
    "participants": ["区营商办", "区政府督查室", "区纪委监委"],
    "materials": ["办理过程说明", "整改方案", "有关佐证材料"],
}
INSPECTION = {
    "units": ["区应急管理局", "区市场监督管理局", "区消防救援大队"],
    "enterprise": "演示-恒达精密制造有限公司",
    "date": dt.date(2024, 8, 14),
    "items": ["安全生产责任制落实情况", "特种设备登记和定期检验情况", "消防设施维护保养情况"],
    "contact": "联系人：演示-李镕，电话：0000-1234567",
}
LETTER = {
    "title": "督办通知单", "number": "示营督〔2024〕7号", "date": TODAY, "addressee": MATTER["lead"],
    "due": dt.datetime(2024, 8, 12, 17, 30), "matter": f"{MATTER['title']}（{MATTER['number']}）", "feedback": "",
    "meeting_time": "2024年8月8日9时30分", "meeting_place": MEETING["place"], "meeting_host": MEETING["host"],
    "meeting_participants": "、".join(MEETING["participants"]),
}
TIMELINE = [
    {"at": dt.datetime(2024, 7, 15, 9, 20), "unit": "区企业服务中心", "person": "演示-陈静", "step": "登记",
     "note": "企业来电反映，已核对企业名称和联系方式。"},
    {"at": dt.datetime(2024, 7, 15, 15, 0), "unit": "区企业服务中心", "person": "演示-陈静", "step": "派发",
     "note": "主办区人力资源和社会保障局，协办区财政局。"},
    {"at": dt.datetime(2024, 7, 16, 10, 5), "unit": "区人力资源和社会保障局", "person": "演示-周海", "step": "签收",
     "note": "由就业促进科承办。"},
    {"at": dt.datetime(2024, 7, 24, 8, 30), "unit": "区营商办", "person": "演示-刘洋", "step": "提醒",
     "note": "发出重要工作提示单示营提〔2024〕21号。"},
    {"at": dt.datetime(2024, 8, 5, 8, 30), "unit": "区营商办", "person": "演示-刘洋", "step": "督办",
     "note": "逾期6个工作日，拟发督办通知单。"},
]
# Which step stands before each rung, and who receives a letter that does not go to the responsible unit.
PREVIOUS = {
    "LISTED_SUPERVISION": {"number": "示营督〔2024〕7号", "date": dt.date(2024, 7, 29), "kind": "督办通知单"},
    "SUMMONS_TALK": {"number": "示营挂〔2024〕2号", "date": dt.date(2024, 7, 30), "kind": "挂牌督办通知书"},
    "ACCOUNTABILITY_ADVICE": {"number": "示营约〔2024〕1号", "date": dt.date(2024, 8, 1), "kind": "约谈通知书"},
}
FACTS = {
    "LEAD_TRANSFER": {
        "grounds": "已向反映人核对基本事实，调取了办理过程记录，未与被反映人接触。",
        "requirements": "建议对材料长期停留是否存在不作为、慢作为进行核查。"},
    "ACCOUNTABILITY_ADVICE": {
        "grounds": "承办科室签收后未与企业联系，约谈时作出的承诺到期没有兑现，经办理过程记录、企业回访记录证实。",
        "requirements": "同时建议督促该单位对同类积压事项开展一次自查。"},
    "WARNING_NOTICE": {
        "grounds": "同一事项一周内有5家企业反映，部分企业表示将集中到现场反映，存在聚集和舆情风险。",
        "requirements": "主动联系企业说明情况，公布预计解决时间；安排专人值守，防止矛盾激化。"},
}
LETTERS = {"TALK_RECORD": {"title": "约谈通知书", "number": "示营约〔2024〕1号"}}
RECEIVERS = {"LEAD_TRANSFER": "区纪委监委", "WARNING_NOTICE": "示范街道办事处"}


def sample_context(kind: str) -> dict[str, object]:
    """Context for a preview of the kind with code `kind`: everything any wording may use."""
    previous = PREVIOUS.get(kind, None if kind == "KEY_REMINDER" else ACTION["previous"])
    return {
        "agency": dict(AGENCY), "unit": {"name": RECEIVERS.get(kind, MATTER["lead"])}, "matter": dict(MATTER),
        "action": ACTION | {"previous": previous} | FACTS.get(kind, {}), "meeting": dict(MEETING),
        "inspection": dict(INSPECTION), "letter": LETTER | LETTERS.get(kind, {}),
        "timeline": [dict(step) for step in TIMELINE], "today": TODAY,
    }


def sample_paper(kind: LetterKind | str) -> Paper:
    """A numbered sample letter of `kind` (a kind, or the code of one of the core pack)."""
    kind = default_kinds()[kind] if isinstance(kind, str) else kind
    number = f"{kind.series}〔{TODAY.year}〕7号" if kind.series else None
    return assemble(kind, sample_context(kind.code), Issue(
        issued=TODAY, number=number, code="9F3C-71AE-04D2", verify_url="http://127.0.0.1:8000/v/9f3c71ae04d2"))
