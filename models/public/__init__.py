"""The public page (T15): an enterprise submits, follows and rates its own demand without a log-in.

records (what is kept) · challenge (a sum in words) · limits (how often) · demand (the acts) · facts (what may be seen).
"""

from models.public.records import EnterpriseRating, Proof, PublicDemand, Throttle

__all__ = ["EnterpriseRating", "Proof", "PublicDemand", "Throttle"]
