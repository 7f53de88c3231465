"""Passwords the house's own directory keeps (统一认证, LDAP): off unless LDAP_URL is set, and then for everybody but the administrators.

Only the password is asked there. Accounts are matched by log-in name and never made; the lock after wrong tries, the second factor,
idle accounts and switched-off ones are ours as before. The three administrators keep a password here, so that neither a directory
that is away nor the people who run it decide over the desk. GB/T 22239-2019 8.1.4.1
"""

import os
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import current_app

from models.errors import Refused
from models.user import User

if TYPE_CHECKING:
    from ldap3 import Connection

PATIENCE = 4  # seconds for a directory that does not answer
AWAY = "统一认证服务器暂时连不上，请稍后再试；仍不行请联系系统管理员"
KEPT_THERE = "您的口令由统一认证管理，请在统一认证系统里修改"
_DN, _URL, _CA = "LDAP_DN", "LDAP_URL", "LDAP_CA"


def given(name: str) -> str:
    """A setting of the installation: LDAP_URL, LDAP_DN (with {} for the log-in name), LDAP_CA (the certificate file the server is known by)."""
    return current_app.config.get(name) or os.environ.get(name, "")


def keeps(user: User) -> bool:
    """Whether this person's password is the directory's."""
    return bool(given(_URL)) and user.admin_kind is None


def proves(user: User, password: str) -> bool:
    """Whether this is the person's password, here or there; Refused while the directory does not answer."""
    return binds(user.username, password) if keeps(user) else user.check_password(password)


def binds(username: str, password: str) -> bool:
    """Logging in to the directory in the person's own name, over TLS only."""
    if not password:
        return False  # a bind without a password is no log-in, and servers say yes to it
    from ldap3 import Connection, Server, Tls  # 4 MB, for installations with a directory
    from ldap3.core.exceptions import LDAPException
    from ldap3.utils.dn import escape_rdn

    server = Server(given(_URL), tls=Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=given(_CA) or None), connect_timeout=PATIENCE)
    connection = Connection(server, given(_DN).format(escape_rdn(username)), password, receive_timeout=PATIENCE)
    try:
        connection.open()
        if not server.ssl and not connection.start_tls():
            raise Refused(AWAY)
        return connection.bind()
    except LDAPException as why:
        current_app.logger.warning("directory: %s", type(why).__name__)
        raise Refused(AWAY) from why
    finally:
        _leave(connection)


def _leave(connection: "Connection") -> None:
    """Hang up, also after a handshake that failed."""
    from ldap3.core.exceptions import LDAPException

    with suppress(LDAPException, OSError):
        connection.unbind()
    if connection.socket is not None:
        connection.socket.close()
