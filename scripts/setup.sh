#!/usr/bin/env bash
# Prepares this machine: system libraries, .venv, Python packages, fonts.
# Usage: scripts/setup.sh run|dev|test   (dev adds the Python test packages, test also the system ones)
# What is already there is recognised, so a second run takes about a second. Where apt may not be
# used (not root, not Debian, APT=0) it says what to install and goes on; `flask doctor` repeats it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

purpose=${1:?usage: scripts/setup.sh run|dev|test}
# WeasyPrint loads pango and harfbuzz-subset; zoneinfo reads tzdata.
packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 tzdata)
# Chromium prints with the fonts of the machine: without a Chinese one its PDF has no Chinese text.
test_packages=(chromium fonts-noto-cjk postgresql poppler-utils libreoffice-calc-nogui nginx-light slapd)
export DEBIAN_FRONTEND=noninteractive

lacking=
lack() { lacking=yes; say "$@"; }
say() { printf '【准备】%s\n' "$*"; }
fail() { printf '【准备】%s\n' "$*" >&2; exit 1; }

apt_allowed() { [ "${APT:-1}" != 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_updated=
apt_update() {
  [ -z "$apt_updated" ] || return 0
  apt_updated=yes
  # A third-party source that does not answer must not stop us; the install below will tell.
  apt-get -qq update >/dev/null || say "软件源未能全部更新，继续尝试安装。"
}

apt_install() {
  say "正在安装系统软件：$*"
  apt_update
  apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" >"$log" 2>&1 && return 0
  tail -n 20 "$log" >&2
  return 1
}

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

# Installs what dpkg does not know. Never fatal: whoever needs the library reports it.
need_packages() {
  if ! command -v dpkg-query >/dev/null; then
    lack "本机不是 Debian 系统，请自行安装与下列软件相当的组件：$*"
    return 0
  fi
  local missing=() name
  for name in "$@"; do installed "$name" || missing+=("$name"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! apt_allowed; then
    lack "缺少系统软件：${missing[*]}。当前不能使用 apt，请管理员执行：apt-get install ${missing[*]}"
    return 0
  fi
  apt_install "${missing[@]}" || lack "系统软件未能装上：${missing[*]}。安装后再执行一次即可；flask doctor 会逐项说明。"
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13}; do
    if command -v "$candidate" >/dev/null \
      && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  fail "需要 Python 3.11 或更高版本，本机没有找到。可用 PYTHON=路径 指定。"
}

make_venv() {
  if [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1; then return; fi
  local python
  python=$(find_python)
  # Debian splits ensurepip off into python3-venv.
  "$python" -c 'import ensurepip' 2>/dev/null || need_packages python3-venv
  "$python" -c 'import ensurepip' 2>/dev/null || fail "缺少 python3-venv，无法建立 .venv。请管理员执行：apt-get install python3-venv"
  say "正在建立 .venv（$("$python" -V)）"
  rm -rf .venv
  "$python" -m venv .venv
}

# What the scanner needs contradicts our pins, so it lives apart.
install_scanner() {
  [ -x .venv/scanner/bin/wapiti ] && cmp --silent requirements-scan.txt .venv/scanner/requirements.txt && return
  say "正在安装安全扫描程序"
  .venv/bin/python -m venv .venv/scanner
  .venv/scanner/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements-scan.txt \
    || fail "安全扫描程序没有装上；请检查网络后重新执行"
  cp requirements-scan.txt .venv/scanner/requirements.txt
}

# The stamp holds the hash of everything that decides what pip would install.
install_requirements() {
  local stamp=.venv/stamp-$1 wanted
  wanted=$(cat requirements*.txt constraints.txt "$1" | sha256sum)
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return; fi
  say "正在安装 $1"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$1" \
    || fail "Python 依赖库没有装全（$1）。请检查能否访问软件包镜像，然后重新执行。"
  echo "$wanted" >"$stamp"
}

fetch_fonts() {
  .venv/bin/python scripts/fonts.py >"$log" 2>&1 && return
  if apt_allowed; then
    say "正在下载公文字体"
    apt_update
    .venv/bin/python scripts/fonts.py >"$log" 2>&1 && return
  fi
  # Fonts can be put in place by hand later, so this does not stop the set-up.
  lack "$(tail -n 1 "$log")"
}

# A system PostgreSQL would otherwise be started on port 5432; the tests bring their own server.
forbid_system_cluster() {
  local conf=/etc/postgresql-common/createcluster.conf
  if ! apt_allowed || installed postgresql || [ -e "$conf" ]; then return 0; fi
  mkdir -p "${conf%/*}"
  echo 'create_main_cluster = false' >"$conf"
}

# Unpacked from scripts/bundle.sh: everything is here, nothing is fetched.
if [ -d wheels ]; then export PIP_NO_INDEX=1 PIP_FIND_LINKS="$PWD/wheels" APT=${APT:-0}; fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ "$purpose" = test ]; then
  forbid_system_cluster
  packages+=("${test_packages[@]}")
fi
# The session key and citizens' attachments will lie here.
[ -d instance ] || install -d -m 700 instance
need_packages "${packages[@]}"
make_venv
install_requirements requirements.txt
case ${FILE_STORE:-} in s3:*) install_requirements requirements-s3.txt ;; esac
[ "$purpose" = run ] || { install_requirements requirements-test.txt; install_scanner; }
fetch_fonts
if [ -n "$lacking" ]; then say "已准备，但有上述缺项；补齐后再执行一次，或用 flask doctor 查看。"; else say "环境已就绪。"; fi
