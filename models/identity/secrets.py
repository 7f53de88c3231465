"""What a person proves to be the one: earlier passwords that may not come back, the second factor, its recovery codes."""

import hashlib
import secrets
from datetime import datetime

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, relationship

from models import columns as c
from models.base import db
from models.now import now
from models.user import User

CODES = 10
STEP = 30  # seconds one code lives (RFC 6238)
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that reads like something else


class OldPassword(db.Model):
    """The hash of a password that was in use."""

    __tablename__ = "old_password"

    id: Mapped[int] = c.key()
    user_id: Mapped[int] = c.ref("user_account.id", "用户", required=True)
    password_hash: Mapped[str] = c.text("口令摘要", 200, required=True, info={"secret": True})
    set_at: Mapped[datetime] = c.stamp("停用时间")


class RecoveryCode(db.Model):
    """A code for the day the telephone is lost; good once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = c.key()
    user_id: Mapped[int] = c.ref("user_account.id", "用户", required=True)
    code_hash: Mapped[str] = c.text("恢复码摘要", 64, required=True, info={"secret": True})
    used_at: Mapped[datetime | None] = c.when("使用时间")

    user: Mapped[User] = relationship()


def new_secret() -> str:
    """160 bits for an authenticator app."""
    return pyotp.random_base32()


def address(user: User, secret: str, issuer: str) -> str:
    """What the QR code says (otpauth://…)."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(user.username, issuer_name=issuer)


def good_step(secret: str, code: str, after: int) -> int | None:
    """The time step whose code this is – the one now, or one on either side – if it is later than `after`."""
    totp, current = pyotp.TOTP(secret, interval=STEP), int(now().timestamp()) // STEP
    return next(
        (step for step in (current, current - 1, current + 1) if step > after and secrets.compare_digest(totp.generate_otp(step), code)), None
    )


def prove(user: User, code: str) -> bool:
    """Whether this is the person's code now; each is good once, so that nobody can use one read over a shoulder."""
    code = code.strip().replace(" ", "").replace("-", "").upper()
    if not code.isascii():
        return False
    if code.isdecimal():
        step = good_step(user.totp_secret, code, user.totp_step or 0) if user.totp_on else None
        if step is not None:
            user.totp_step = step
        return step is not None
    row = db.session.scalar(
        sa.select(RecoveryCode).where(
            RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _digest(user, code), RecoveryCode.used_at.is_(None)
        ).with_for_update()
    )
    if row is None:
        return False
    row.used_at = now()
    return True


def enrol(user: User, secret: str, code: str) -> list[str] | None:
    """Switch the second factor on if the code shows that the app has the secret; the recovery codes, shown once."""
    code = code.strip().replace(" ", "")
    step = good_step(secret, code, 0) if code.isascii() and code.isdecimal() else None
    if step is None:
        return None
    user.totp_secret, user.totp_on, user.totp_step = secret, True, step
    return renew_codes(user)


def renew_codes(user: User) -> list[str]:
    """New recovery codes; the old ones are void."""
    _void_codes(user)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(CODES)]
    db.session.add_all(RecoveryCode(user=user, code_hash=_digest(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def withdraw(user: User) -> None:
    """Switch the second factor off."""
    user.totp_secret, user.totp_on, user.totp_step = None, False, None
    _void_codes(user)


def codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return db.session.scalar(
        sa.select(sa.func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    )


def _void_codes(user: User) -> None:
    for row in db.session.scalars(sa.select(RecoveryCode).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))):
        row.used_at = now()


def _digest(user: User, code: str) -> str:
    # 50 random bits, salted by the account: no table of hashes helps.
    return hashlib.sha256(f"{user.id}:{code}".encode()).hexdigest()
