"""Who is at the desk: log-in rules, passwords, sessions, the second factor, stand-ins."""

from models.identity import visible
from models.identity.delegation import Delegation
from models.identity.secrets import OldPassword, RecoveryCode
from models.identity.session import End, UserSession

__all__ = ["Delegation", "End", "OldPassword", "RecoveryCode", "UserSession", "visible"]
