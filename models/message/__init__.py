"""Messages that leave the house: a digest a day by mail, a note to the group robot, through an outbox that tries again.

records (the outbox) · digest (what is said, once a day) · posting (SMTP and robots) · delivery (taking from the outbox).
All of it is off until the system administrator switches it on; the inbox in the panel works without.
"""

from models.message.delivery import deliver
from models.message.digest import make_digests
from models.message.records import OutboxMessage, OutboxState, Way

__all__ = ["OutboxMessage", "OutboxState", "Way", "deliver", "make_digests"]
