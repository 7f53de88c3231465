"""`flask audit verify`."""

import hashlib

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from models import Notice, db, scope
from models.audit import AuditEntry, verify


@click.group("audit")
def audit_group() -> None:
    """留痕核验。"""


@audit_group.command("verify")
@with_appcontext
def verify_command() -> None:
    """核验留痕链和已签发文书的摘要；有不符逐条列出并以 1 退出。"""
    with scope.everything():
        faults = verify() + _letters()
        count = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry.__table__))
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)
    click.echo(f"留痕链完整，共{count}条；已签发文书与摘要一致")


def _letters() -> list[str]:
    """Issued letters whose frozen PDF no longer has its hash."""
    table = Notice.__table__
    rows = db.session.execute(
        sa.select(table.c.id, table.c.number, table.c.pdf, table.c.pdf_sha256).where(table.c.pdf.is_not(None))
        .execution_options(yield_per=50)
    )
    return [
        f"文书{row.number or row.id}的印制件被改动" for row in rows if hashlib.sha256(row.pdf).hexdigest() != row.pdf_sha256
    ]
