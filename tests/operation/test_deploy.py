"""The files an installation begins with are right: units, proxy, rotation, scripts."""

import configparser
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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
    assert f'exec {unit["Service"]["ExecStart"]}"' in program["command"]
    assert ". /etc/dudao.env" in program["command"]
    assert unit["Service"]["EnvironmentFile"] == "-/etc/dudao.env"
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


@pytest.fixture
def machine(tmp_path):
    """A finished machine: `check()` runs the script over it. nginx only prints the configuration, and whoever asks is root; the rest is real."""
    unit, env, proxy = tmp_path / "dudao.service", tmp_path / "dudao.env", tmp_path / "nginx.conf"
    data, log = tmp_path / "data", tmp_path / "bin"
    data.mkdir(), log.mkdir()
    unit.write_text((DEPLOY / "dudao.service").read_text().replace("/var/lib/dudao", str(data)).replace("/var/log/dudao", str(tmp_path)))
    env.write_text("# 数据库\nDATABASE_URL=postgresql+psycopg://dudao@/nowhere?host=/nowhere\n")
    env.chmod(0o600)
    proxy.write_text((DEPLOY / "nginx.conf").read_text().replace("/etc/dudao/tls", str(tmp_path / "tls")))
    for name, does in (("nginx", f"cat {proxy}"), ("id", f'[ "$1" = -u ] && echo 0 || exec {shutil.which("id")} "$@"')):
        (log / name).write_text(f"#!/bin/sh\n{does}\n")
        (log / name).chmod(0o755)

    def check(**more: str) -> str:
        given = {"PATH": f"{log}:{os.environ['PATH']}", "ENV_FILE": str(env), "UNIT": str(unit), "LC_ALL": "C.UTF-8"} | more
        done = subprocess.run(["bash", ROOT / "scripts" / "deploy_check.sh"], env=given, capture_output=True, text=True, check=False)
        assert done.returncode == 1, "there is no such database"
        return done.stdout + done.stderr

    check.crt = tmp_path / "tls.crt"
    check.env = env
    return check


def test_a_desk_is_found_whatever_there_is_of_it(tmp_path):
    """What both scripts begin with stops neither of them: without unit, environment or data, and with them."""
    ask = f"set -euo pipefail; . {ROOT}/scripts/desk.sh; echo $INSTANCE_PATH $owner ${{TOKEN:-none}}; desk true"
    (tmp_path / "env").write_text("# 注释\n\nTOKEN='a b'\nINSTANCE_PATH=/nowhere\n")
    (tmp_path / "x.conf").write_text((DEPLOY / "supervisor.conf").read_text())
    own = "/var/lib/dudao" if Path("/var/lib/dudao").is_dir() else str(tmp_path / "instance")
    for env, unit, found in (("none", "none", own), ("env", "none", "/nowhere"), ("none", "x.conf", "/var/lib/dudao")):
        given = {"PATH": os.environ["PATH"], "ENV_FILE": str(tmp_path / env), "UNIT": str(tmp_path / unit)}
        done = subprocess.run(["bash", "-c", ask], env=given, cwd=tmp_path, capture_output=True, text=True, check=True)
        where, _owner, token = done.stdout.split(maxsplit=2)
        assert (where, token.strip()) == (found, "a b" if env == "env" else "none")


def certificate(path: Path, name: str, days: int) -> None:
    """A certificate for `name` that ends in so many days."""
    key, today = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(1)
            .not_valid_before(today - timedelta(days=400)).not_valid_after(today + timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False).sign(key, hashes.SHA256()))
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))


NAME = "dudao.example.gov.cn"


@pytest.mark.parametrize(("name", "days", "mode", "more", "said"), [
    (NAME, 200, 0o600, {}, [f"[正常] 证书：{{crt}}，发给 {NAME}", "[正常] 数据库：PostgreSQL", "[正常] 反向代理：PROXIES=1", "[正常] 权限：{env} 600"]),
    (NAME, -3, 0o600, {"PROXIES": "0", "FLASK_DEBUG": "1"}, ["[缺失] 证书：{crt} 已过期", "[缺失] 反向代理", "[缺失] 调试"]),
    (NAME, 10, 0o644, {}, ["[注意] 证书：{crt} 三十天内到期", "[缺失] 权限：{env} 为 644"]),
    ("other.example.gov.cn", 200, 0o600, {}, [f"[缺失] 证书：{{crt}} 不是发给 {NAME} 的"]),
])
def test_what_is_wrong_with_a_machine_is_named(machine, name, days, mode, more, said):
    """The database comes from the environment file, the number of proxies from the unit unless the caller sets it."""
    certificate(machine.crt, name, days)
    machine.env.chmod(mode)
    text = machine(**more)
    assert [line for line in said if line.format(crt=machine.crt, env=machine.env) not in text] == [], text
