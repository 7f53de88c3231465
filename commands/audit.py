"""`flask audit verify`."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import groupby, islice

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from models import Attachment, AuditEntry, Notice, Receipt, ReportSnapshot, db, guards, imprint, scope
from models.chain import GENESIS, head, moment_of, told_as_stored, verify
from models.routing import reading
from models.store import StoreDown, file_store
from models.vault import OPEN, Sealed, Text, sealed_within, unseal
from views.words import table_words

MOST = 100  # rows named of one table
_links = AuditEntry.__table__


@click.group("audit")
def audit_group() -> None:
    """留痕核验。"""


@audit_group.command("verify")
@click.option("--head", "heads", multiple=True, metavar="条数:摘要", help="纸面通报上记的链首，摘要写前若干位即可；可多次")
@with_appcontext
def verify_command(heads: tuple[str, ...]) -> None:
    """核验留痕链、链首存根、每一行数据的印记、触发器、密文，以及已签发文书和已印发报表的摘要；有不符逐条列出并以 1 退出。"""
    with scope.everything():
        faults = all_faults(_printed(heads))
        count, link = head()
        db.session.rollback()  # no lock is held while the faults are told
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)
    click.echo(f"留痕链完整，共{count}条；各表数据与最近一次留痕的印记一致；已签发文书、已印发报表和附件与摘要一致")
    click.echo(f"链首 {count}:{link}")


def all_faults(printed: dict[int, str] | None = None) -> list[str]:
    """Everything that is not as it was written, in Chinese."""
    with _snapshot(), closing(imprint.Album()) as album:
        return verify(printed, album.keep) + _rows(album) + _letters() + _reports() + _files() + _sealed() + _guards()


@contextmanager
def _snapshot() -> Iterator[None]:
    """Chain and rows as of one moment, while others go on working."""
    db.session.rollback()
    token = reading.set(True)
    try:
        if db.engine.dialect.name == "postgresql":
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield
    finally:
        db.session.rollback()
        reading.reset(token)


def _rows(album: imprint.Album) -> list[str]:
    """Rows that are not as the application left them; of one table at most MOST are named."""
    found: list[str] = []
    for name, faults in groupby(album.faults(), key=lambda fault: fault.table):
        named = list(islice(faults, MOST))
        found += [f"{table_words(name)}（{name}）第{fault.row_id}号{_verdict(fault)}" for fault in named]
        if rest := sum(1 for _ in faults):
            found.append(f"{table_words(name)}（{name}）另有{rest}行不符，未逐条列出")
    return found


def _verdict(fault: imprint.Fault) -> str:
    if not fault.entry:
        return "没有留痕：不是由系统写入的"
    row = db.session.execute(sa.select(told_as_stored(_links.c.at).label("at"), _links.c.user_name).where(_links.c.id == fault.entry)).one()
    at = moment_of(row.at)
    about = f"最近一次留痕：第{fault.entry}条，{f'{at:%Y-%m-%d %H:%M}' if at else '时间已看不懂'}，{row.user_name}"
    return f"被改动，与印记不符（{about}）" if fault.digest else f"不在了，却没有删除的留痕（{about}）"


def _printed(heads: tuple[str, ...]) -> dict[int, str]:
    found = {}
    for text in heads:
        count, _, link = text.replace("：", ":").partition(":")
        if not count.strip().isdecimal() or not re.fullmatch(r"[0-9a-f]{8,64}", link.strip().lower()):
            raise click.BadParameter(f"“{text}”应写成 条数:摘要，摘要至少8位十六进制")
        found[int(count)] = link.strip().lower()
    return found


def _letters() -> list[str]:
    """Issued letters whose frozen PDF no longer has its hash, or signed for with another one."""
    table, receipt = Notice.__table__, Receipt.__table__
    rows = db.session.execute(
        sa.select(table.c.id, table.c.number, table.c.pdf, table.c.pdf_sha256).where(table.c.pdf.is_not(None))
        .execution_options(yield_per=50)
    )
    faults = [
        f"文书{row.number or row.id}的印制件被改动" for row in rows if hashlib.sha256(row.pdf).hexdigest() != row.pdf_sha256
    ]
    other = sa.select(table.c.number).join(receipt, receipt.c.notice_id == table.c.id).where(receipt.c.signed_hash != table.c.pdf_sha256)
    faults += [f"文书{number}与签收时不是同一份" for number in db.session.scalars(other)]
    return faults + _trail_of_letters()


def _trail_of_letters() -> list[str]:
    """A letter and its hash changed together: the trail still knows the hash of the day it was issued."""
    table, entry, wanted = Notice.__table__, AuditEntry.__table__, {}
    query = sa.select(entry.c.row_id, entry.c.changes).where(entry.c.resource == "notice", entry.c.changes.like("%pdf_sha256%")).order_by(entry.c.id)
    for key, changes in db.session.execute(query):
        with suppress(ValueError, LookupError, TypeError):  # a bent link is named by the chain
            wanted[key] = json.loads(changes)["pdf_sha256"][1]
    rows = db.session.execute(sa.select(table.c.id, table.c.number, table.c.pdf_sha256).where(table.c.pdf_sha256.is_not(None)))
    return [f"文书{row.number or row.id}的摘要与签发时的留痕不符" for row in rows if wanted.get(str(row.id), row.pdf_sha256) != row.pdf_sha256]


def _reports() -> list[str]:
    """Published reports whose files have changed, or whose printed head is not in the trail."""
    table, entry, faults = ReportSnapshot.__table__, AuditEntry.__table__, []
    columns = table.c["number", "pdf", "pdf_sha256", "xlsx", "xlsx_sha256", "chain_head"]
    for row in db.session.execute(sa.select(columns).execution_options(yield_per=20)).mappings():
        for data, kept in ((row["pdf"], row["pdf_sha256"]), (row["xlsx"], row["xlsx_sha256"])):
            if hashlib.sha256(data).hexdigest() != kept:
                faults.append(f"报表{row['number']}的文件被改动")
        if row["chain_head"] != GENESIS and not db.session.scalar(sa.select(entry.c.id).where(entry.c.hash == row["chain_head"])):
            faults.append(f"报表{row['number']}所印的链首在留痕中找不到")
    return faults


def _files() -> list[str]:
    """Attachments whose file is gone or changed."""
    table, faults = Attachment.__table__, []
    for row in db.session.execute(sa.select(table.c.id, table.c.stored, table.c.sha256)):
        try:
            with file_store().open(row.stored) as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != row.sha256:
                    faults.append(f"附件{row.id}被改动")
        except (FileNotFoundError, IsADirectoryError):
            faults.append(f"附件{row.id}的文件不在")
        except StoreDown as why:
            return [*faults, f"附件从第{row.id}号起没有核验：{why}"]
    return faults


def _sealed() -> list[str]:
    """Personal data that does not open: changed, or sealed with a key that is not here."""
    faults = []
    for table in db.metadata.sorted_tables:
        for column in (column for column in table.columns if isinstance(column.type, Sealed)):
            stored = sa.type_coerce(column, sa.Text)
            rows = db.session.execute(sa.select(table.c.id, stored.label("value")).where(column.is_not(None), stored != ""))
            faults += [f"{table.name}第{row.id}号的{column.info['label']}打不开" for row in rows if unseal(row.value) is None]
        for column in (column for column in table.columns if isinstance(column.type, Text)):
            stored = sa.type_coerce(column, sa.Text)
            rows = db.session.execute(sa.select(table.c.id, stored.label("value")).where(stored.contains(OPEN)))
            faults += [f"{table.name}第{row.id}号的{column.info['label']}里有号码打不开" for row in rows if None in map(unseal, sealed_within(row.value))]
    return faults


def _guards() -> list[str]:
    return [f"表{table}的防改触发器不在" for table in guards.missing(db.session.connection())]
