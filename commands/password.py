"""`flask password USERNAME`: a new one-time password for somebody who is locked out."""

import secrets

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from models import User, db, scope
from models.now import now


@click.command("password")
@click.argument("username")
@with_appcontext
def password(username: str) -> None:
    """给 USERNAME 换一个一次性口令并解锁；首次登录须修改。"""
    with scope.everything():
        user = db.session.scalar(sa.select(User).where(User.username == username))
        if user is None:
            raise click.ClickException(f"没有登录名为 {username} 的用户")
        fresh = secrets.token_urlsafe(9)
        user.set_password(fresh)
        user.must_change, user.password_at, user.failed_logins, user.locked_until = True, now(), 0, None
        db.session.commit()
    click.echo(f"{username} 的一次性口令：{fresh}（首次登录须修改）")
