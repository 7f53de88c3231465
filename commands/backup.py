"""`flask backup` and `flask restore`."""

from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext

from commands.audit import all_faults
from commands.database import needs_packs
from models import audit, backup, db, scope
from models.backup import Broken, Manifest

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("backup")
@click.option("--to", "target", type=click.Path(path_type=Path, file_okay=False), help="放到哪个目录，默认 instance/backups 或环境变量 BACKUP_DIR")
@click.option("--with-keys", is_flag=True, help="连同会话密钥和个人信息密钥；这样的备份须单独保管")
@with_appcontext
def backup_command(target: Path | None, with_keys: bool) -> None:
    """备份数据库、附件、文书和链首存根到一个文件；不用停机，写完即读回核对。"""
    needs_packs()
    try:
        path = backup.make(target or backup.folder(), with_keys=with_keys)
        manifest = backup.read_manifest(path)
    except Broken as why:
        raise click.ClickException(str(why)) from why
    click.echo(f"已备份：{path}（{path.stat().st_size / 1e6:.1f} MB）")
    _tell(manifest)
    for stored in manifest.absent:
        click.echo(f"附件 {stored} 在磁盘上不存在，没有备份到；请执行 flask audit verify 查明", err=True)
    if with_keys:
        click.echo("其中含密钥：得到这个文件的人能读出全部个人信息，请加密或锁入保险柜")
    else:
        click.echo("其中不含密钥：请把 instance/data_keys（或 DATA_KEYS）另存一份，没有它恢复后读不出电话")


def _tell(manifest: Manifest) -> None:
    count, link = manifest.head
    click.echo(f"{manifest.at:%Y-%m-%d %H:%M:%S}　{manifest.engine}　结构{manifest.revision}　{len(manifest.tables)}张表{manifest.rows}行　"
               f"附件{manifest.files}个　留痕{count}条 {link[:12]}")


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="这里已有数据时也恢复；原有数据另存，不删除")
@click.option("--check", "only_check", is_flag=True, help="只读一遍核对摘要，不恢复")
@with_appcontext
def restore_command(file: Path, replace: bool, only_check: bool) -> None:
    """从备份文件恢复：先核对摘要和密钥，再放回，再核验留痕；请先停止督导台。"""
    try:
        if only_check:
            _tell(backup.check(file))
            click.echo("备份完整，每个文件与清单的摘要一致")
            return
        _is_ours(backup.read_manifest(file))
        manifest, aside = backup.restore(file, replace=replace)
    except Broken as why:
        raise click.ClickException(str(why)) from why
    _tell(manifest)
    different = _recount(manifest)
    from migrations import upgrade  # with Alembic and its templates 7 MB

    upgrade(current_app)
    with scope.everything():
        faults = different + all_faults()
        count = manifest.head[0]
        audit.note("恢复备份", "backup", None, file=file.name, made_at=manifest.made_at, head=count)
        db.session.commit()
    if aside:
        click.echo(f"原有数据另存在 {aside}，确认无误后可删除")
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise SystemExit(1)
    click.echo("已恢复：各表行数与备份时相同，留痕链完整，文书、报表、附件与摘要一致")


def _is_ours(manifest: Manifest) -> None:
    """A backup of a newer program has tables this one does not know."""
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(Path(current_app.root_path) / "migrations").walk_revisions()}
    if manifest.revision not in known:
        raise Broken(f"这份备份的数据库结构是 {manifest.revision}，比本程序新；请先安装当时或更新的程序")


def _recount(manifest: Manifest) -> list[str]:
    """Tables that hold another number of rows than when the backup was made."""
    with db.engine.connect() as connection:
        found = {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in manifest.tables}
    return [f"表{name}应有{rows}行，现有{found[name]}行" for name, rows in manifest.tables.items() if found[name] != rows]
