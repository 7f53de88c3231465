"""One statistic for each register of K2–K8 and K10."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from models.base import db
from models.indicator import Indicator
from models.openness.activity import ActivityKind, ServiceActivity
from models.openness.catalogue import LEAST_ROWS, CertificateCut, DataCatalogue, ElectronicLicence
from models.openness.disclosure import PolicyDocument, Topic
from models.openness.fault import MediaFault
from models.openness.field import DomainField, FieldWork, WorkState
from models.openness.media import MediaAccount
from models.openness.policy import Policy, PolicyForm
from models.openness.publicity import Article, Highlight, PieceKind, Side
from models.openness.service import Reform, ServiceItem, ServiceRating
from models.rating.measures import pieces, quotas
from models.report.frame import Figure, Report, Sheet, counted, rate, report
from models.report.gauges import Window
from models.report.period import month_words
from models.unit import Unit

CUTS, ITEMS, RATED, HELD = "/certificate-cut/", "/service-item/", "/service-rating/", "/activity/"


def _days(period: str) -> tuple[Any, Any]:
    """First and last day of a month, not beyond today."""
    window = Window.of(period)
    return window.start.date(), max(window.start, window.cut - timedelta(seconds=1)).date()


def _each(model: type, *where: Any) -> list[Any]:
    return list(db.session.scalars(sa.select(model).where(*where).order_by(model.id)))


def _by_unit(rows: Iterable[Any]) -> dict[Unit, list[Any]]:
    found: dict[Unit, list[Any]] = {}
    for row in rows:
        found.setdefault(row.unit, []).append(row)
    return dict(sorted(found.items(), key=lambda item: (item[0].sort, item[0].id)))


@report("field-month", "22个领域优化提升", clause="M 二(二)2–4")
def fields(period: str) -> Report:
    """K2: completeness of the basic data and the ledger of key work, field by field."""
    last = _days(period)[1]
    rows, missing = [], []
    for field in db.session.scalars(sa.select(DomainField).where(DomainField.is_active).order_by(DomainField.number)):
        works = _each(FieldWork, FieldWork.field_id == field.id)
        late = [work for work in works if work.state != WorkState.DONE and work.due_on < last]
        done = [work for work in works if work.state == WorkState.DONE]
        own = f"/field/?flt_rows={field.id}"
        rows.append([field.number, Figure(str(field), own), str(field.unit or "待定"), Figure(f"{field.filled}/{field.required}", own),
                     rate(field.filled, field.required), *(counted("/field-work/", some) for some in (works, done, late))])
        if not field.name or field.unit is None:
            missing.append(f"领域{field.number}未填{'名称' if not field.name else ''}{'牵头单位' if field.unit is None else ''}")
    head = ["序号", "领域", "牵头单位", "已填/应填", "数据完备度", "重点工作", "已完成", "逾期"]
    return Report(f"{month_words(period)}22个领域优化提升情况", [], [Sheet("领域", head, rows)], missing, "数据完备度＝已填报数据项÷应填报数据项")


@report("catalogue-month", "减证便民和数据共享", clause="M 二(三)")
def catalogues(period: str) -> Report:
    """K3: catalogues that keep the rules, electronic licences, certificates no longer asked for."""
    last = _days(period)[1]
    rows, wrong = [], []
    for unit, own in _by_unit(_each(DataCatalogue, DataCatalogue.is_active)).items():
        faults = {row.id: row.faults(last) for row in own}
        sound, opened = [row for row in own if not faults[row.id]], [row for row in own if row.openness != "CLOSED"]
        rows.append([unit.name, counted("/catalogue/", own), counted("/catalogue/", sound), rate(len(sound), len(own)),
                     counted("/catalogue/", opened), rate(len(opened), len(own))])
        wrong += [[unit.name, Figure(row.name, f"/catalogue/details/?id={row.id}"), "；".join(faults[row.id])] for row in own if faults[row.id]]
    licences = [[unit.name, counted("/licence/", own), counted("/licence/", [row for row in own if row.sealed]),
                 counted("/licence/", own, sum(row.issued for row in own))]
                for unit, own in _by_unit(_each(ElectronicLicence)).items()]
    cuts = [[unit.name, counted(CUTS, own), counted(CUTS, own, sum(row.cases for row in own)), counted(CUTS, [row for row in own if row.proof]),
             counted(CUTS, [row for row in own if row.verified is True])]
            for unit, own in _by_unit(_each(CertificateCut, CertificateCut.period == period)).items()]
    return Report(f"{month_words(period)}减证便民和数据共享情况", [], [
        Sheet("数据目录", ["单位", "目录", "达标", "达标率", "已开放", "开放率"], rows), Sheet("不达标目录", ["单位", "目录", "问题"], wrong),
        Sheet("电子证照", ["单位", "证照种类", "已加盖印章", "累计制发"], licences),
        Sheet("减证办理", ["单位", "减免事项", "办件", "有佐证", "核查属实"], cuts),
    ], [], f"达标＝挂载不少于{LEAST_ROWS}条、按周期更新、已开放或脱敏开放、格式规范；开放率＝已开放目录÷全部目录")


@report("media-month", "政务新媒体运行", clause="M 二(五)3")
def media(period: str) -> Report:
    """K4: violations of the month and the accounts that kept the rules."""
    first, last = _days(period)
    accounts = _each(MediaAccount, MediaAccount.is_active)
    window = Window.of(period)
    faults = _each(MediaFault, MediaFault.found_at <= window.cut, sa.or_(MediaFault.cleared_at.is_(None), MediaFault.cleared_at >= window.start))
    rows = [[f.unit.name, Figure(f.account.name, f"/media-account/details/?id={f.account_id}"), f.account.platform, f.rule, f.since, f.found_at,
             f.cleared_at or "尚未恢复"] for f in faults]
    sound = len({a.id for a in accounts} - {f.account_id for f in faults})
    lead = [f"{month_words(period)}在用政务新媒体{len(accounts)}个，达标{sound}个，达标率{rate(sound, len(accounts))}。"]
    posts = []
    for account in accounts:
        own = [post for post in account.posts if first <= post.posted_on <= last]
        name = Figure(account.name, f"/media-account/details/?id={account.id}")
        posts.append([account.unit.name, name, counted("/media-post/", own), counted("/media-post/", [post for post in own if post.original])])
    return Report(f"{month_words(period)}政务新媒体运行情况", lead, [
        Sheet("违规清单", ["单位", "账号", "平台", "违反规定", "上次发布", "发现时间", "恢复时间"], rows),
        Sheet("发布情况", ["单位", "账号", "本月发布", "其中原创"], posts),
    ], [], "10天内更新内容、14天内发布原创，自上次发布（没有的自备案）次日起算；本月内有违规的账号为不达标")


@report("disclosure-month", "政策解读和议题公开", clause="M 二(五)6–7")
def disclosure(period: str) -> Report:
    """K5: interpretations of documents, public representatives at topics."""
    first, last = _days(period)
    documents = _each(PolicyDocument, PolicyDocument.issued_on.between(first, last))
    topics = _each(Topic, Topic.held_on.between(first, last))
    papers = [[row.unit.name, Figure(row.title, f"/policy-document/details/?id={row.id}"), row.issued_on,
               "、".join(i.form.label for i in row.interpretations), "；".join(row.faults()) or "达标"] for row in documents]
    meetings = [[row.unit.name, Figure(row.title, f"/topic/details/?id={row.id}"), row.held_on, row.interpreted,
                 Figure(row.representatives, f"/topic/details/?id={row.id}"), "；".join(row.faults()) or "达标"] for row in topics]
    sound = sum(not row.faults() for row in documents)
    lead = [f"{month_words(period)}印发政策文件{len(documents)}件，解读达标{sound}件，达标率{rate(sound, len(documents))}；提报议题{len(topics)}件。"]
    return Report(f"{month_words(period)}政策解读和议题公开情况", lead, [
        Sheet("政策文件", ["起草单位", "文件", "印发日期", "解读形式", "检查"], papers),
        Sheet("政府常务会议题", ["提报单位", "议题", "会议日期", "解读材料", "公众代表", "检查"], meetings),
    ], [], "政策文件解读形式不少于2种并与文件关联；议题须有解读材料，涉及公众利益的公众代表不少于2名")


@report("publicity-month", "宣传和亮优揭短", clause="M 二(九)4；M 三(三)")
def publicity(period: str) -> Report:
    """K6: articles and leads against the quota, shortfall by unit; bright spots and shortcomings."""
    first, last = _days(period)
    owed, done = quotas(), pieces(first, last)
    group = db.session.scalar(sa.select(Indicator).where(Indicator.code == "xuanchuan"))
    units = group.group.units() if group and group.group else []
    rows = []
    for unit in units:
        got = done.get(unit.id, {})
        counts = [got.get(kind, 0) for kind in PieceKind]
        short = [max(0, owed[kind] - got.get(kind, 0)) for kind in PieceKind]
        rows.append([unit.name, Figure(counts[0], _pieces(unit, PieceKind.ARTICLE, first, last)), Figure(counts[1], _pieces(unit, PieceKind.LEAD, first, last)),
                     "完成" if not any(short) else f"差稿件{short[0]}篇、线索{short[1]}条"])
    sides = _each(Highlight, Highlight.found_on.between(first, last))
    lights = [[row.found_on, row.unit.name, row.side, Figure(row.title, f"/highlight/details/?id={row.id}"), row.outcome] for row in sides]
    other = _each(Article, Article.day.between(first, last), Article.counted)
    lead = [f"{month_words(period)}可计分稿件{sum(a.kind == PieceKind.ARTICLE for a in other)}篇、新闻线索{sum(a.kind == PieceKind.LEAD for a in other)}条，"
            f"亮点{sum(row.side == Side.BRIGHT for row in sides)}条，短板{sum(row.side == Side.SHORT for row in sides)}条。"]
    return Report(f"{month_words(period)}宣传和亮优揭短情况", lead, [
        Sheet("定额完成", ["单位", "稿件", "线索", "定额"], rows), Sheet("亮优揭短", ["日期", "单位", "类别", "标题", "推广或整改"], lights),
    ], [], f"每单位每月可计分稿件不少于{owed[PieceKind.ARTICLE]}篇、新闻线索不少于{owed[PieceKind.LEAD]}条")


def _pieces(unit: Unit, kind: PieceKind, first: Any, last: Any) -> str:
    return f"/article/?flt_unit={unit.id}&flt_kind={kind}&flt_day={first}+to+{last}"


@report("policy-month", "惠企政策兑现", clause="W 三(三)；M 二(十一)")
def policies(period: str) -> Report:
    """K7: published policies, candidates from the register, grants with amounts."""
    first, last = _days(period)
    rows, amounts = [], {form: [0, 0] for form in PolicyForm}
    in_force = _each(Policy, Policy.is_active)
    for policy in in_force:
        grants = [g for g in policy.grants if first <= g.granted_on <= last]
        total = sum(g.amount or 0 for g in grants)
        amounts[policy.form][0] += len(grants)
        amounts[policy.form][1] += total
        waiting = db.session.scalar(sa.select(sa.func.count()).select_from(policy.candidates(last).subquery()))
        rows.append([Figure(policy.title, f"/policy/details/?id={policy.id}"), policy.category, policy.form, policy.unit.name, policy.published_on or "未公布",
                     Figure(waiting, f"/policy/candidates/?id={policy.id}"), counted("/policy-grant/", grants), counted("/policy-grant/", grants, total)])
    published = sum(policy.published_on is not None and policy.published_on <= last for policy in in_force)
    kinds = len({policy.category for policy in in_force})
    lead = [f"现行惠企政策{kinds}类{len(in_force)}条，已公布{published}条；{month_words(period)}兑现" + "，".join(
        f"{form.label}{count}家次{total:,.2f}万元" for form, (count, total) in amounts.items()) + "。"]
    head = ["政策", "类别", "方式", "执行单位", "公布日期", "待兑现企业", "本月兑现", "金额（万元）"]
    return Report(f"{month_words(period)}惠企政策兑现情况", lead, [Sheet("政策", head, rows)], [],
                  "待兑现企业按政策条件从企业库匹配，扣除已兑现的；没有填写的条件不作限制")


@report("service-month", "政务服务和好差评", clause="W 三(二)；E 四(三)4")
def services(period: str) -> Report:
    """K8: items by reform, ratings per unit and window."""
    items = _each(ServiceItem, ServiceItem.is_active)
    counts = [[reform, counted(ITEMS, own), counted(ITEMS, [i for i in own if i.audience != "PERSON"]), counted(ITEMS, [i for i in own if i.guide])]
              for reform in Reform if (own := [item for item in items if item.reform == reform])]
    rows: list[list[Any]] = []
    total = [0, 0]
    for unit, own in _by_unit(_each(ServiceRating, ServiceRating.period == period)).items():
        for row in own:
            rows.append([unit.name, Figure(row.desk, f"/service-rating/details/?id={row.id}"), counted(RATED, [row], row.handled),
                         counted(RATED, [row], row.rated), rate(row.rated, row.handled), rate(row.satisfied, row.rated),
                         counted(RATED, [row], row.poor + row.very_poor), counted(RATED, [row], row.corrected)])
            total = [total[0] + row.satisfied, total[1] + row.rated]
    lead = [f"{month_words(period)}好差评满意率{rate(*total)}。"]
    head = ["单位", "窗口", "办件", "评价", "参评率", "满意率", "差评", "已整改"]
    return Report(f"{month_words(period)}政务服务和好差评情况", lead, [
        Sheet("改革事项", ["类别", "事项", "其中涉企", "已发办事指南"], counts), Sheet("好差评", head, rows),
    ], [], "满意率＝基本满意及以上÷评价数；参评率＝评价数÷办件数")


@report("activity-month", "助企服务活动", clause="J 三(七)–(九)；W 二(三)")
def activities(period: str) -> Report:
    """K10: activities by kind, enterprises reached."""
    first, last = _days(period)
    rows = _each(ServiceActivity, ServiceActivity.held_on.between(first, last))
    kinds = [[kind, counted(HELD, own), counted(HELD, own, sum(r.enterprises for r in own)), counted(HELD, own, sum(r.people for r in own))]
             for kind in ActivityKind if (own := [row for row in rows if row.kind == kind])]
    units = [[unit.name, counted(HELD, own), counted(HELD, own, sum(r.enterprises for r in own))] for unit, own in _by_unit(rows).items()]
    lead = [f"{month_words(period)}开展活动{len(rows)}场，服务企业{sum(r.enterprises for r in rows)}家次。"]
    return Report(f"{month_words(period)}助企服务活动情况", lead, [
        Sheet("分类别", ["类别", "场次", "服务企业", "参加人数"], kinds), Sheet("分单位", ["单位", "场次", "服务企业"], units),
    ])
