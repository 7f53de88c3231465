"""Assembles the application; everything else lives in models/, views/ and commands/."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import commands
import views
from models import db, replica, vault
from models.database import database_url, spoken

MEGABYTE = 1024 * 1024


def create_app(config: dict[str, Any] | None = None) -> Flask:
    """The application. `config` overrides settings (tests); INSTANCE_PATH moves data out of the checkout."""
    root = Path(__file__).resolve().parent
    instance = Path((config or {}).get("INSTANCE_PATH") or os.environ.get("INSTANCE_PATH") or root / "instance")
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    app = Flask(__name__, instance_path=str(instance))
    app.config.update(
        SQLALCHEMY_DATABASE_URI=database_url(instance),
        # What people have written stays out of error messages; a database that was restarted is noticed before it is asked.
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True, "pool_pre_ping": True},
        UPLOAD_DIR=os.environ.get("UPLOAD_DIR") or str(instance / "files"),
        READ_DATABASE_URL=os.environ.get("READ_DATABASE_URL", ""),
        READ_DATABASE_LAG=os.environ.get("READ_DATABASE_LAG", "60"),  # seconds a replica may be behind
        FILE_STORE=os.environ.get("FILE_STORE", ""),  # s3://bucket/prefix instead of the folder
        MAX_CONTENT_LENGTH=64 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=8 * MEGABYTE,
        MAX_FORM_PARTS=20_000,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=os.environ.get("HTTPS") == "1",
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.config.update(config or {})
    if url := app.config["READ_DATABASE_URL"]:
        app.config["SQLALCHEMY_BINDS"] = {replica.BIND: replica.settings(spoken(url))}
    app.config["SECRET_KEY"] = app.config.get("SECRET_KEY") or os.environ.get("SECRET_KEY") or _secret_key(instance)
    # Behind a reverse proxy every visitor would have its address, and share its limits: PROXIES says how many stand in front.
    if (proxies := os.environ.get("PROXIES", "")).isdecimal() and int(proxies):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=int(proxies), x_proto=int(proxies), x_host=0)
    vault.init_app(app)
    db.init_app(app)
    replica.init_app(app)
    views.init_app(app)
    commands.init_app(app)
    return app


def _secret_key(instance: Path) -> str:
    """The key in instance/secret_key, made once; workers starting together agree on one."""
    path = instance / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text().strip()
