"""The files an installation begins with are right: units, proxy, rotation, scripts."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "scripts").glob("*.sh")))
def test_every_script_is_valid(script):
    subprocess.run(["bash", "-n", ROOT / "scripts" / script], check=True)


def test_the_proxy_passes_what_the_application_counts_on(tmp_path):
    text = (DEPLOY / "nginx.conf").read_text()
    for line in ("proxy_set_header X-Forwarded-For $remote_addr;", "proxy_set_header X-Forwarded-Proto $scheme;", "TLSv1.2 TLSv1.3", "server_tokens off;"):
        assert line in text
    assert not re.search(r"TLSv1(\.1)?\s", text)
    assert "add_header" not in re.sub(r"location @restarting \{.*?\}", "", text, flags=re.DOTALL), "headers are the application's"


def test_nginx_takes_the_file_as_it_is_but_for_its_certificate(tmp_path):
    key, crt = tmp_path / "tls.key", tmp_path / "tls.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=dudao", "-days", "2", "-keyout", key, "-out", crt],
                   check=True, capture_output=True)
    text = (DEPLOY / "nginx.conf").read_text().replace("/etc/dudao/tls", str(tmp_path / "tls"))
    whole = f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ access_log off; {text} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    done = subprocess.run([nginx, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_both_units_run_the_same_desk_as_its_own_account():
    unit = configparser.ConfigParser(strict=False, comment_prefixes=("#",), interpolation=None)
    unit.optionxform = str
    unit.read_string((DEPLOY / "dudao.service").read_text())
    other = configparser.ConfigParser(comment_prefixes=(";",), interpolation=None)
    other.read_string((DEPLOY / "supervisor.conf").read_text())
    program = other["program:dudao"]
    assert unit["Service"]["ExecStart"] == program["command"]
    assert unit["Service"]["WorkingDirectory"] == program["directory"]
    assert unit["Service"]["User"] == program["user"] == "dudao"
    given = re.findall(r'(\w+)="([^"]*)"', program["environment"])
    text = (DEPLOY / "dudao.service").read_text()
    assert all(f"Environment={name}={value}" in text for name, value in given if name != "HOME")


def test_the_list_of_packages_names_what_setting_up_needs():
    named = {line.strip() for line in (DEPLOY / "debian-packages.txt").read_text().splitlines() if line.strip() and not line.startswith("#")}
    wanted = re.search(r"^packages=\(([^)]*)\)", (ROOT / "scripts" / "setup.sh").read_text(), re.MULTILINE)[1].split()
    assert set(wanted) <= named


def test_the_guide_names_only_what_exists():
    text = (ROOT / "docs" / "production.md").read_text("utf-8")
    for path in re.findall(r"\b(?:deploy|scripts|docs)/[\w.-]+\w", text):
        assert (ROOT / path).exists(), path
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", text)) <= targets
