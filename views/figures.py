"""Menu entries of figures and openness: reports, ratings, the wall, the registers of K2–K8 and K10."""

from typing import Any

import models as m
from views import openness as o
from views.board import BoardView
from views.rating import ProblemPaperPanel, RatingPanel, RatingRulePanel, SlicePanel
from views.report import ReportView


def watching(category: str) -> list[Any]:
    """督导: what is computed and published."""
    return [
        BoardView("挂图作战", endpoint="board", category=category),
        RatingPanel(m.UnitRating, "评价与排名", endpoint="rating", category=category),
        RatingRulePanel(m.RatingRule, "评价规则", endpoint="rating_rule", url="/rating-rule", category=category),
        ProblemPaperPanel(m.IndicatorProblem, "指标问题", endpoint="problem_paper", url="/problem-paper", category=category),
        SlicePanel(m.GroupSlice, "月度填报", endpoint="slice", category=category),
        ReportView("通报与报表", endpoint="report", category=category),
    ]


def books(category: str) -> list[Any]:
    """台账: K2–K8, K10; a subject's second register is reached from its first."""
    return [
        o.FieldPanel(m.DomainField, "22个领域", endpoint="field", category=category),
        o.FieldWorkPanel(m.FieldWork, "重点工作台账", endpoint="field_work", url="/field-work", category=category),
        o.CataloguePanel(m.DataCatalogue, "数据目录", endpoint="catalogue", category=category),
        o.LicencePanel(m.ElectronicLicence, "电子证照", endpoint="licence", category=category),
        o.CutPanel(m.CertificateCut, "减证办理", endpoint="certificate_cut", url="/certificate-cut", category=category),
        o.AccountPanel(m.MediaAccount, "政务新媒体", endpoint="media_account", url="/media-account", category=category),
        o.PostPanel(m.MediaPost, "发布记录", endpoint="media_post", url="/media-post", category=category),
        o.FaultPanel(m.MediaFault, "违规清单", endpoint="media_fault", url="/media-fault", category=category),
        o.DocumentPanel(m.PolicyDocument, "政策文件解读", endpoint="policy_document", url="/policy-document", category=category),
        o.InterpretationPanel(m.Interpretation, "解读材料", endpoint="interpretation", category=category),
        o.TopicPanel(m.Topic, "常务会议题", endpoint="topic", category=category),
        o.ArticlePanel(m.Article, "宣传稿件线索", endpoint="article", category=category),
        o.HighlightPanel(m.Highlight, "亮优揭短", endpoint="highlight", category=category),
        o.PolicyPanel(m.Policy, "惠企政策", endpoint="policy", category=category),
        o.GrantPanel(m.PolicyGrant, "政策兑现", endpoint="policy_grant", url="/policy-grant", category=category),
        o.ItemPanel(m.ServiceItem, "政务服务事项", endpoint="service_item", url="/service-item", category=category),
        o.ServiceRatingPanel(m.ServiceRating, "好差评", endpoint="service_rating", url="/service-rating", category=category),
        o.ActivityPanel(m.ServiceActivity, "助企活动", endpoint="activity", category=category),
    ]
