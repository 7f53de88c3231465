"""Enterprise demands (T1–T14): states, records, columns, and the verbs in groups.

intake (register, on the spot, triage) → dispatching → handling → exits → callback.
"""

from models.ticket.records import Callback, Deferral, Exemption, Extension, Outcome
from models.ticket.states import Channel, Resolution, Satisfaction, TicketState
from models.ticket.ticket import Ticket, broken_promises, to_sign

__all__ = [
    "Callback", "Channel", "Deferral", "Exemption", "Extension", "Outcome", "Resolution", "Satisfaction", "Ticket",
    "TicketState", "broken_promises", "to_sign",
]
