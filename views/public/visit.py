"""Which demand this browser may look at: kept in the signed session for half an hour after number and proof were right."""

import time
from dataclasses import dataclass
from typing import Self

from flask import session

from models import Ticket, db
from models.public import Proof

SECONDS = 30 * 60


@dataclass
class Visit:
    """A demand and how it was shown to be the visitor's own."""

    ticket: Ticket
    proof: Proof

    @staticmethod
    def begin(ticket: Ticket, proof: Proof) -> None:
        """From now on."""
        session.pop("public_new", None)
        session["public_visit"] = [ticket.id, proof.value, int(time.time())]

    @classmethod
    def current(cls) -> Self | None:
        """The visit that is still running."""
        kept = session.get("public_visit")
        if not kept or time.time() - kept[2] > SECONDS:
            return None
        ticket = db.session.get(Ticket, kept[0])
        return cls(ticket, Proof[kept[1]]) if ticket else None

    @staticmethod
    def end() -> None:
        """Forget."""
        session.pop("public_visit", None)
        session.pop("public_new", None)
