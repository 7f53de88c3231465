"""Around every request, beside views/security.py: from where administrators may work, and headers for browsers (GB/T 22239 8.1.4.4)."""

import ipaddress

from flask import Flask, Response, abort, request
from flask_login import current_user

from models import audit, scope
from models.setting import setting

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SETTING = "admin_addresses"
_OPEN = frozenset({"static", "admin.static", "healthz", "readyz", "metrics", "auth.logout"})


def init_app(app: Flask) -> None:
    """After views.security, which says who is asking."""
    app.before_request(_from_where)
    app.after_request(_headers)


def networks(text: str) -> tuple[list[Network], list[str]]:
    """(networks, what is none) of addresses and ranges separated by commas or blanks."""
    found, odd = [], []
    for part in text.replace("，", ",").replace("、", ",").replace(",", " ").split():
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            odd.append(part)
    return found, odd


def allowed(address: str, text: str) -> bool:
    """Whether an administrator may work from this address; an empty list allows every one, an unreadable one none but the readable part."""
    if not text.strip():
        return True
    try:
        asked = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(asked in network for network in networks(text)[0])


def _from_where() -> None:
    """The three administrators work only from the addresses the setting names."""
    if request.endpoint in _OPEN:
        return
    with scope.everything():  # some addresses are open to everybody and have set no scope
        if not current_user.is_authenticated or not current_user.admin_kind:
            return
        if allowed(request.remote_addr or "", setting(SETTING)):
            return
        audit.record("拒绝访问", "user_account", current_user.id, reason="管理员来源地址不在允许范围")
    abort(403)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response
