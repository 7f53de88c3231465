"""What few requests need – workbooks, letters, migrations, the directory – is not in a worker's memory before they do."""

import os
import subprocess
import sys
from pathlib import Path

RARE = ("openpyxl", "docx", "lxml", "weasyprint", "fontTools", "alembic", "mako", "ldap3", "pypinyin")
WORKER = """
import os, sys
from app import create_app
from tests.cast import login

client = create_app({"SQLALCHEMY_DATABASE_URI": os.environ["TESTED"], "WTF_CSRF_ENABLED": False}).test_client()
login(client, "coordinator")
for page in ("/", "/ticket/", "/notice/", "/enterprise/"):
    assert client.get(page, follow_redirects=True).status_code == 200, page
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_a_worker_that_has_shown_its_lists_has_loaded_nothing_it_did_not_need(app, tmp_path):
    database = app.config["SQLALCHEMY_DATABASE_URI"]
    done = subprocess.run(
        [sys.executable, "-c", WORKER, *RARE], cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True,
        env=os.environ | {"TESTED": database, "INSTANCE_PATH": str(tmp_path)})
    assert done.stdout.split() == []
