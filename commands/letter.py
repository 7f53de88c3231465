"""`flask letter`: the PDF of an issued letter, or a sample of each kind."""

from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from models import Notice, db, scope
from views.letters import Delivery, default_kinds, render_pdf, render_receipt, sample_paper
from views.letters.samples import AGENCY, MATTER


@click.command("letter")
@click.argument("number", required=False)
@click.option("--sample", "kind", help="文书名称，如 督办通知单")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_appcontext
def letter(number: str | None, kind: str | None, output: Path) -> None:
    """把文号为 NUMBER 的已签发文书写成 PDF；或用 --sample 写一份样张。"""
    if bool(number) == bool(kind):
        raise click.UsageError("请给出文号，或用 --sample 指定一种文书")
    data = _sample(kind) if kind else _issued(number)
    try:
        output.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"写不了 {output}：{error.strerror}") from None
    click.echo(f"已写入 {output}")


def _sample(kind: str) -> bytes:
    kinds = default_kinds()
    if kind == "送达回证":
        return render_receipt(Delivery(letter="督办通知单", number="示营督〔2024〕7号", sender=AGENCY["name"], receiver=MATTER["lead"]))
    found = next((k for k in kinds.values() if kind in (k.label, k.code)), None)
    if found is None:
        raise click.ClickException(f"没有“{kind}”；可选：{'、'.join(k.label for k in kinds.values())}")
    return render_pdf(sample_paper(found))


def _issued(number: str) -> bytes:
    with scope.everything():
        notice = db.session.scalar(sa.select(Notice).where(Notice.number == number))
        if notice is None or notice.pdf is None:
            raise click.ClickException(f"没有已签发的文书 {number}")
        return notice.pdf
