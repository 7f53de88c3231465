"""New enterprises: the imported list, the push to the lead service unit, the 72 hours, the three looks (N1–N3)."""

from models.contact.batch import FirmBatch, NewFirm
from models.contact.checks import ContactCheck, look_at_contacts
from models.contact.contact import Contact, ContactState, ContactWay

__all__ = ["Contact", "ContactCheck", "ContactState", "ContactWay", "FirmBatch", "NewFirm", "look_at_contacts"]
