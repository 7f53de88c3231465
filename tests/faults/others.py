"""The other faults: a full or read-only disk, a restarted PostgreSQL, jumping clocks, broken files, missing fonts and years.

Each yields (times tried, what was wrong). Mounting needs root and is left out where it is not allowed, which is said.
"""

import io
import os
import re
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import FileStorage

from commands.audit import all_faults
from models import Enterprise, ImportRun, Ticket, backup, db, drafting, scope
from models.errors import Refused
from models.importing import RunState, run_waiting
from models.now import as_of
from models.store import file_store
from models.sweep import sweep
from scripts.throwaway_postgres import run as pg
from tests.cast import Cast, login
from tests.conftest import make_app
from tests.faults.killing import Transitions, killed, let_go, the_desk
from tests.importing.desk import ENTERPRISES, book, firm
from tests.stagehand import MONDAY
from views.files import FileRefused, Uploads
from views.letters import fonts
from views.letters.binding import render_notice

Result = tuple[int, list[str]]
PAPER = b"%PDF-1.7\n" + b"x" * 300_000


def _sentence(answer: object) -> str:
    """The heading of an error page."""
    found = re.search(r"<h1[^>]*>([^<]*)</h1>", answer.text)
    return found[1] if found else ""


def _register(client: object, file: bool = False) -> object:
    fields = {"title": "磁盘满时登记的诉求", "channel": "WINDOW", "enterprise": "演示远航科技有限公司", "content": "内容" * 2000}
    if file:
        fields["files"] = (io.BytesIO(PAPER), "合同.pdf")
    return client.post("/ticket/register/", data=fields, content_type="multipart/form-data")


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of its own in memory."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def full_disk(stage: object, times: int) -> Result:
    """Demands with files come in until there is no room, backups are tried; then room is made and work goes on."""
    wrong, tried = [], 0
    with small_disk(stage.template.stat().st_size // 1_000_000 + 12) as disk:
        (disk / "desk.db").write_bytes(stage.template.read_bytes())
        app = make_app(disk, f"sqlite:///{disk / 'desk.db'}")
        for _ in range(times):
            accepted, said = _until_refused(app)
            tried += 1
            wrong += said
            with app.app_context(), scope.everything():
                try:
                    backup.make(disk / "backups")
                    wrong.append("磁盘满了还说备份成功")
                except backup.Broken as why:
                    if "没有留下半份" not in str(why):
                        wrong.append(str(why))
                let_go()
            for path in disk.glob("filler*"):
                path.unlink()
            with app.app_context(), scope.everything():
                here = db.session.scalar(sa.select(sa.func.count(Ticket.id)))
                wrong += all_faults() + ([] if here == accepted else [f"接受了{accepted}件，现有{here}件"])
                let_go()
    return tried, wrong


def _until_refused(app: Flask) -> tuple[int, list[str]]:
    """Register until the disk is full; how many demands there must be now, and what was not said as it should."""
    disk = Path(app.instance_path)
    with app.app_context(), scope.everything():
        before = db.session.scalar(sa.select(sa.func.count(Ticket.id)))
        let_go()
    client, accepted = login(app.test_client(), "intake"), before
    free = os.statvfs(disk)
    (disk / "filler").write_bytes(b"\0" * max(0, free.f_bavail * free.f_frsize - 1_500_000))
    for turn in range(60):
        answer = _register(client, file=turn % 2 == 0)
        if answer.status_code != 302:
            said = _sentence(answer)
            return accepted, [] if answer.status_code == 503 and "磁盘空间不足" in said else [f"磁盘满时说的是 {answer.status_code} {said}"]
        accepted += 1
    return accepted, ["六十次登记都没有写满"]


def read_only_disk(stage: object, times: int) -> Result:
    """The disk turns read-only in the middle of the day and is mended again."""
    wrong = []
    with small_disk(stage.template.stat().st_size // 1_000_000 + 40) as disk:
        (disk / "desk.db").write_bytes(stage.template.read_bytes())
        app = make_app(disk, f"sqlite:///{disk / 'desk.db'}")
        client = login(app.test_client(), "intake")
        for turn in range(times):
            if _register(client).status_code != 302:
                wrong.append("可写时登记不上")
            with app.app_context():
                let_go()
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            answer = _register(client)
            if answer.status_code != 503 or "磁盘现在不能写入" not in _sentence(answer):
                wrong.append(f"只读时说的是 {answer.status_code} {_sentence(answer)}")
            with app.app_context():
                let_go()
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            with app.app_context(), scope.everything():
                here = db.session.scalar(sa.select(sa.func.count(Ticket.id)))
                wrong += all_faults() + ([] if here == turn + 1 else [f"应有{turn + 1}件，现有{here}件"])
                let_go()
    return times, wrong


def postgres_restarts(app: Flask, data: Path, times: int) -> Result:
    """The server is stopped at once and started while a child works and, like a person, tries again."""
    wrong = []
    with the_desk(app):
        job = Transitions(app)

        def stubborn(say: Callable[[str], None]) -> None:
            while True:
                try:
                    job.work(say)
                except sa.exc.SQLAlchemyError:
                    db.session.rollback()

        for turn in range(times):
            let_go()
            child = _beside(lambda: pg("pg_ctl", "restart", "-D", str(data), "-w", "-m", "immediate", "-l", str(data.parent / "log"), where=data.parent))
            said = killed(stubborn, 4.0)
            os.waitpid(child, 0)
            wrong += [f"第{turn + 1}次：{words}" for words in job.after(said) + all_faults()]
            if not said:
                wrong.append(f"第{turn + 1}次：重启前后一件也没有办成")
    return times, wrong


def _beside(do: Callable[[], None]) -> int:
    """Do it in another process, a moment later."""
    child = os.fork()
    if child == 0:
        try:
            time.sleep(0.5)
            do()
        finally:
            os._exit(0)
    return child


def jumping_clocks(app: Flask, times: int) -> Result:
    """Sweeps at moments that jump back and forth by weeks; the same moment again is nothing."""
    wrong = []
    with the_desk(app):
        cast = Cast()
        for _ in range(3):
            cast.ticket().dispatch(by=cast.coordinator, lead=cast.jia)
        db.session.commit()
        moment = MONDAY
        for turn in range(times):
            moment = MONDAY + timedelta(days=(37 * turn) % 90 - 20, hours=turn % 24)
            sweep(moment)
            again = {label: n for label, n in sweep(moment).items() if n}
            wrong += [f"{moment:%Y-%m-%d %H:%M} 再巡查一次还有 {again}"] if again else []
        wrong += all_faults()
        let_go()
    return times, wrong


def missing_year(app: Flask, times: int) -> Result:
    """Work in years whose holidays nobody has published: a deadline is found and marked as provisional."""
    wrong = []
    for turn in range(times):
        with the_desk(app), as_of(MONDAY.replace(year=2031 + turn % 20)):
            cast = Cast()
            ticket = cast.ticket()
            ticket.dispatch(by=cast.coordinator, lead=cast.jia)
            db.session.commit()
            clock = ticket.deadlines[-1]
            if not clock.provisional or clock.due_at <= clock.starts_at:
                wrong.append(f"{2031 + turn % 20}年的期限没有标暂定")
            let_go()
    with the_desk(app):
        wrong += all_faults()
    return times, wrong


def missing_font(app: Flask, times: int) -> Result:
    """A letter is to be issued and the typeface is gone: it stays a draft, its number is not used up, the sentence says what to do."""
    wrong = []
    with the_desk(app), tempfile.TemporaryDirectory() as empty:
        cast = Cast()
        letter = drafting.draft("WARNING_NOTICE", by=cast.supervisor, unit=cast.jia, matter=cast.ticket())
        db.session.commit()
        kept, fonts.FREE_DIR = fonts.FREE_DIR, Path(empty)
        try:
            for _ in range(times):
                try:
                    letter.issue(by=Cast().supervisor, render=render_notice)
                    wrong.append("没有字体也签发了")
                except Exception as why:
                    if "字体" not in str(why):
                        wrong.append(f"没有字体时说的是：{why}")
                db.session.rollback()
                db.session.refresh(letter)
                if letter.number or letter.pdf or letter.issued_at:
                    wrong.append("只签发了一半")
        finally:
            fonts.FREE_DIR = kept
        wrong += all_faults()
        let_go()
    return times, wrong


def broken_uploads(app: Flask, times: int) -> Result:
    """Lists cut off, turned and with bytes changed: refused with a sentence or read as far as they go; nothing is entered."""
    wrong, rng, whole = [], Random(6), book(ENTERPRISES, *(firm(i) for i in range(1, 9)))
    with the_desk(app):
        before = db.session.scalar(sa.select(sa.func.count(Enterprise.id)))
        for _ in range(times):
            data = bytearray(whole[: rng.randrange(len(whole))] if rng.random() < 0.5 else whole)
            for _ in range(rng.randrange(1, 30)):
                if data:
                    data[rng.randrange(len(data))] = rng.randrange(256)
            try:
                run = ImportRun.upload("enterprise", by=Cast().intake, file_name="名单.xlsx", data=bytes(data))
                db.session.commit()
                run_waiting(app)
                db.session.expire_all()
                if run.state == RunState.FAILED and not re.search(r"[一-鿿]", run.message or ""):
                    wrong.append(f"没有说清楚：{run.message}")
            except Refused as why:
                db.session.rollback()
                if not re.search(r"[一-鿿]", str(why)):
                    wrong.append(f"没有说清楚：{why}")
            except Exception as error:
                db.session.rollback()
                wrong.append(f"{type(error).__name__}: {error}")
        if db.session.scalar(sa.select(sa.func.count(Enterprise.id))) != before:
            wrong.append("没有确认就写入了")
        wrong += all_faults()
        let_go()
    return times, wrong


def broken_attachments(app: Flask, times: int) -> Result:
    """Attachments whose content is not what the name says, at random: refused, or kept exactly as sent."""
    made, rng, wrong = io.BytesIO(), Random(7), []
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<x/>" * 200)
    with the_desk(app), app.test_request_context("/"):
        ticket = Cast().ticket()
        db.session.commit()
        for turn in range(times):
            data = bytearray((made.getvalue(), PAPER[:2000], b"\x89PNG\r\n\x1a\n" + b"\0" * 99)[turn % 3])
            for _ in range(rng.randrange(20)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            uploads = Uploads()
            try:
                uploads.take(ticket, [FileStorage(io.BytesIO(bytes(data)), rng.choice(["a.docx", "a.pdf", "a.png", "a.txt", "a"]))], "登记材料")
                db.session.commit()
                with file_store().open(uploads.written[-1]) as file:
                    if file.read() != bytes(data):
                        wrong.append("存下的和上传的不同")
            except FileRefused:
                db.session.rollback()
                uploads.discard()
        wrong += all_faults()
        let_go()
    return times, wrong
