"""`flask init`: the database at its newest revision, the packs, and the first administrator."""

import secrets

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from models import Role, User, db, scope
from models.now import now
from seeds.loader import load_packs
from seeds.specs import SPECS


@click.command("init")
@click.option("--pack", "packs", multiple=True, help="只载入指定数据包，可多次给出")
@click.option("--admin", default="admin", help="首个系统管理员的登录名")
@with_appcontext
def init(packs: tuple[str, ...], admin: str) -> None:
    """建立或升级数据库，载入数据包；首次运行时建立系统管理员并显示一次性口令。"""
    from migrations import upgrade  # with Alembic and its templates 7 MB

    upgrade(current_app)
    with scope.everything():
        loaded = load_packs(db.session, packs or None)
        for spec in SPECS:
            created, updated, _same = loaded.get(spec.name, (0, 0, 0))
            if created or updated:
                click.echo(f"{spec.label}：新增{created}，更新{updated}")
        for remark in loaded.notes:
            click.echo(remark, err=True)
        password = _first_admin(admin)
        db.session.commit()
    if password:
        click.echo(f"系统管理员 {admin} 的一次性口令：{password}（首次登录须修改）")


def _first_admin(username: str) -> str | None:
    """Make the system administrator when nobody holds that role yet; returns the password to print."""
    role = db.session.scalar(sa.select(Role).where(Role.code == "SYSADMIN"))
    if role is None or db.session.scalar(sa.select(User).where(User.roles.contains(role)).limit(1)):
        return None
    password = secrets.token_urlsafe(9)
    user = User(username=username, name="系统管理员", roles=[role], must_change=True, password_at=now())
    user.set_password(password)
    db.session.add(user)
    return password


def needs_packs() -> None:
    """Stop with one sentence when the database has no tables or no packs."""
    with scope.everything():
        ready = sa.inspect(db.engine).has_table("role") and db.session.scalar(sa.select(sa.func.count(Role.id)))
    if not ready:
        raise click.ClickException("还没有数据库或数据包，请先执行 flask init")
