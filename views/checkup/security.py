"""Checks of security: keys of personal data, guards in the database, heads of the chain, addresses, HTTPS."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from models import db, guards
from models.chain import anchors, head
from models.setting import setting
from models.vault import FILE, Sealed, ring, unseal
from views.hardening import SETTING, networks

Line = tuple[str, str, str]  # level OK, WARN or MISSING; subject; note


def check_keys() -> Iterator[Line]:
    """The keys are here, only for the owner, and open what is sealed."""
    file, subject = Path(current_app.instance_path) / FILE, "个人信息密钥"
    if ring().file and stat.S_IMODE(file.stat().st_mode) != 0o600:
        yield "MISSING", subject, f"{file} 其他账号可读；请执行 chmod 600 {file}"
    elif not all(map(_opens, _samples())):
        yield "MISSING", subject, "库中有密文打不开；请找回原来的密钥文件或 DATA_KEYS，丢失后电话不能恢复"
    elif ring().file:
        yield "OK", subject, f"{file}，现用 {ring().current}；请与数据库备份分开另存一份"
    else:
        yield "OK", subject, f"来自环境变量 DATA_KEYS，现用 {ring().current}"


def _samples() -> Iterator[str]:
    """The newest value of each sealed column."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                stored = sa.type_coerce(column, sa.Text)
                query = sa.select(stored).where(column.is_not(None), stored != "").order_by(table.c.id.desc()).limit(1)
                yield from db.session.connection().scalars(query)


def _opens(stored: str) -> bool:
    return unseal(stored) is not None


def check_guards() -> Iterator[Line]:
    """The database itself refuses to change the trail."""
    gone = guards.missing(db.session.connection())
    if gone:
        yield "MISSING", "防改触发器", f"缺少：{'、'.join(gone)}；请执行 flask init 补上，并执行 flask audit verify 核验"
    else:
        yield "OK", "防改触发器", "留痕、流程、时限、送达回证和已签发文书不能用语句改动"


def check_heads() -> Iterator[Line]:
    """The head of the trail is also kept outside the database."""
    kept, count = list(anchors()), head()[0]
    last = max((place for _day, place, _hash in kept), default=0)
    if any(place < 0 for _day, place, _hash in kept) or last > count:
        yield "MISSING", "留痕链首存根", "与数据库不符；请执行 flask audit verify 查明"
    elif last < count:
        yield "WARN", "留痕链首存根", f"存根记到第{last}条，现有{count}条；请检查数据目录能否写入"
    else:
        yield "OK", "留痕链首存根", f"第{count}条，共{len(kept)}天"


def check_addresses() -> Iterator[Line]:
    """Administrators work from known places."""
    text = setting(SETTING)
    found, odd = networks(text)
    if odd:
        yield "MISSING", "管理员来源地址", f"看不懂：{'、'.join(odd)}；请在“参数”中改正，例如 10.1.2.0/24"
    elif not found:
        yield "WARN", "管理员来源地址", "没有限制；请在“参数”中填写三员办公的地址段"
    else:
        yield "OK", "管理员来源地址", "、".join(map(str, found))


def check_https() -> Iterator[Line]:
    """Cookies travel only encrypted."""
    if os.environ.get("HTTPS") == "1":
        yield "OK", "加密传输", "会话凭据只经 HTTPS 发送"
    else:
        yield "WARN", "加密传输", "未声明 HTTPS；正式使用请配证书，并设 HTTPS=1"


CHECKS = [
    ("个人信息密钥", check_keys), ("防改触发器", check_guards), ("留痕链首存根", check_heads), ("管理员来源地址", check_addresses),
    ("加密传输", check_https),
]
