"""`make manual`: the pictures of docs/manual, taken of a fresh demo district on a fixed day.

    .venv/bin/python -m scripts.manual [NAME …] [--keep FOLDER]

docs/manual/pictures.yaml says who looks at what. `--keep` reuses the demo in that folder, which makes trying out one picture quick.
"""

import argparse
import io
import logging
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from app import create_app
from migrations import upgrade
from models import Setting, User, db, scope
from models.now import TZ, as_of
from models.store import Folder
from models.sweep import sweep
from seeds.demo import Order, build
from seeds.loader import load_packs
from views.letters.binding import render_notice

MANUAL = Path(__file__).resolve().parent.parent / "docs" / "manual"
MOMENT = datetime(2024, 5, 22, 10, 15, tzinfo=TZ)  # the day of the design's pictures
PASSWORD = "Zhaoxiang-2024#"
SIZES = {"desk": (1366, 768), "tall": (1366, 1100), "wall": (1920, 1080), "phone": (390, 844)}
COLOURS = 256
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


class Showroom:
    """The product with the demo district, at its moment."""

    def __init__(self, folder: Path) -> None:
        new = not (folder / "dudao.db").exists()
        self.app = create_app({"INSTANCE_PATH": str(folder), "SECRET_KEY": "manual"})
        if new:
            with as_of(MOMENT):
                self._furnish(folder)

    def _furnish(self, folder: Path) -> None:
        upgrade(self.app)
        with self.app.app_context(), scope.everything():
            load_packs(db.session)
            db.session.commit()
            build(Order(), Folder(folder / "files"), render_notice)
            one = db.session.scalars(sa.select(User)).first()
            one.set_password(PASSWORD)
            db.session.flush()
            db.session.execute(sa.update(User.__table__).values(password_hash=one.password_hash, must_change=False))
            db.session.scalars(sa.select(Setting).where(Setting.key == "totp_for")).one().value = "NONE"
            db.session.commit()
        with self.app.app_context():
            sweep(MOMENT)

    @contextmanager
    def open(self) -> Iterator[str]:
        """Serve it; the address."""
        for name in ("werkzeug", "access"):
            logging.getLogger(name).setLevel(logging.ERROR)
        lock = threading.Lock()

        def at_its_moment(environ: dict[str, Any], start_response: Any) -> Any:
            with lock, as_of(MOMENT):
                return self.app(environ, start_response)

        server = make_server("127.0.0.1", 0, at_its_moment, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def take(browser: Browser, home: str, shown: dict[str, Any]) -> bytes:
    """One picture. `shown`: who, path, size, steps [{click | fill | press | check}], part (a selector)."""
    width, height = SIZES[shown.get("size", "desk")]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=home)
    try:
        page = context.new_page()
        if shown.get("who"):
            page.goto("/login")
            page.get_by_label("登录名").fill(shown["who"])
            page.get_by_label("口令").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
        page.goto(shown["path"])
        for step in shown.get("steps", []):
            _do(page, *next(iter(step.items())))
        page.wait_for_load_state("networkidle")
        return page.locator(shown["part"]).first.screenshot() if "part" in shown else page.screenshot()
    finally:
        context.close()


def _do(page: Page, act: str, about: Any) -> None:
    if act == "click":
        page.locator(about).first.click()
    elif act == "fill":
        page.locator(about[0]).first.fill(about[1])
    elif act == "check":
        for box in page.locator(about[0]).all()[: about[1]]:
            box.check()
    else:
        page.keyboard.press(about)


def small(png: bytes) -> bytes:
    """The same picture with few colours (the rare ones kept: a yellow light stays yellow), as WebP without loss."""
    out = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    few = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).convert("RGB")
    few.save(out, "WEBP", lossless=True, quality=100, method=4)
    return out.getvalue()


def pictures() -> dict[str, dict[str, Any]]:
    """What is to be shown, by the name of its file."""
    return yaml.safe_load((MANUAL / "pictures.yaml").read_text(encoding="utf-8"))


def main(names: list[str], folder: Path) -> int:
    """Take the named pictures, or all; returns how many failed."""
    wanted, failed = pictures(), 0
    (MANUAL / "images").mkdir(exist_ok=True)
    program = shutil.which("chromium") or sys.exit("没有 Chromium：请执行 make setup-test")
    if not subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout:
        sys.exit("Chromium 没有中文字体，拍出来的字是空框：请执行 apt-get install fonts-noto-cjk")
    with Showroom(folder).open() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        for name in names or wanted:
            try:
                data = small(take(browser, home, wanted[name]))
            except Exception as error:
                failed += 1
                print(f"{name}：没有拍成，{error}", file=sys.stderr)
                continue
            (MANUAL / "images" / f"{name}.webp").write_bytes(data)
            print(f"{name}　{len(data) // 1024} KB", flush=True)
    return failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="用户手册的配图")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        sys.exit(main(given.names, given.keep or Path(fresh)))
