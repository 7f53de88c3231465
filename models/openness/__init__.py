"""Openness, publicity, policies and services (K1–K10): registers with one statistic each."""

from models.openness.activity import ServiceActivity
from models.openness.catalogue import CertificateCut, DataCatalogue, ElectronicLicence
from models.openness.disclosure import Interpretation, PolicyDocument, Topic
from models.openness.fault import MediaFault, list_media_faults
from models.openness.field import DomainField, FieldWork
from models.openness.media import MediaAccount, MediaPost
from models.openness.policy import Policy, PolicyGrant
from models.openness.publicity import Article, Highlight
from models.openness.service import ServiceItem, ServiceRating

__all__ = [
    "Article", "CertificateCut", "DataCatalogue", "DomainField", "ElectronicLicence", "FieldWork", "Highlight", "Interpretation",
    "MediaAccount", "MediaFault", "MediaPost", "Policy", "PolicyDocument", "PolicyGrant", "ServiceActivity", "ServiceItem", "ServiceRating", "Topic",
    "list_media_faults",
]
