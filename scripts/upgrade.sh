#!/usr/bin/env bash
# The new version in place of the running one: backup, unpack, stop, migrate, check, switch, start – and back again when a step fails.
# Usage: scripts/upgrade.sh BUNDLE.tar   (run by root or the account of the desk, from the version that is running)
# Only STOP and START are run by root: program and data belong to the owner of INSTANCE_PATH, and PostgreSQL knows that account.
# HOME_DIR      /opt/dudao           releases/ and the link current lie there
# INSTANCE_PATH /var/lib/dudao       data; DATABASE_URL and DATA_KEYS as the service has them (scripts/desk.sh)
# STOP, START   how the service is stopped and started; READY: the address that says it works
set -euo pipefail

bundle=$(realpath "${1:?usage: scripts/upgrade.sh BUNDLE.tar}")
. "$(dirname "${BASH_SOURCE[0]}")/desk.sh"
HOME_DIR=${HOME_DIR:-/opt/dudao}
STOP=${STOP:-systemctl stop dudao}
START=${START:-systemctl start dudao}
READY=${READY:-http://127.0.0.1:${PORT:-8000}/readyz}
export BACKUP_DIR=${BACKUP_DIR:-$INSTANCE_PATH/backups}

point() { desk ln -sfn "$1" "$HOME_DIR/current.new" && desk mv -T "$HOME_DIR/current.new" "$HOME_DIR/current"; }
say() { printf '【升级】%s\n' "$*"; }
old=$(realpath "$HOME_DIR/current")
stage=start
kept=

back() {
  local code=$?
  [ "$code" = 0 ] && return
  trap - EXIT
  say "第“$stage”步没有成功，正在退回。"
  case $stage in
    备份|解包|安装) say "系统一直在运行，数据没有改动。" ;;
    停止) $START || true; say "已重新启动原版本，数据没有改动。" ;;
    *)
      $STOP || true
      point "$old"
      if (cd "$old" && desk .venv/bin/flask --app app restore "$kept" --replace); then
        $START || true
        say "已退回 $(basename "$old")，数据是升级前的备份 $kept。"
      else
        say "程序已退回 $(basename "$old")，但数据没有恢复成，系统没有启动。请按上面的提示处理后执行：flask restore $kept --replace"
      fi ;;
  esac
  exit "$code"
}
trap back EXIT

answers() { "$old/.venv/bin/python" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "$READY" 2>/dev/null; }
wait_ready() {
  for _ in $(seq 60); do
    if answers; then return; fi
    sleep 1
  done
  return 1
}

stage=解包
desk mkdir -p "$HOME_DIR/releases"
name=$(tar -tf "$bundle" | sed -n '1s,/.*,,p')
new=$HOME_DIR/releases/$name
[ "$new" != "$old" ] || { say "$name 已经在运行。"; exit 1; }
rm -rf "$new"
desk tar -xf - -C "$HOME_DIR/releases" <"$bundle"  # the bundle itself may lie where only root reads
(cd "$new" && desk sha256sum --quiet -c SHA256SUMS)

stage=安装
(cd "$new" && APT=0 desk bash scripts/setup.sh run)

stage=停止
$STOP
if answers; then say "停止之后 $READY 仍有应答，请检查 STOP。"; false; fi

stage=备份
if ! (cd "$old" && desk .venv/bin/flask --app app backup); then $START; false; fi
kept=$(ls -1 "$BACKUP_DIR"/dudao-*.tar | tail -n 1)
(cd "$old" && desk .venv/bin/flask --app app audit verify) \
  || say "升级之前核验就有不符（见上）。迁移后各行按现状重新建档，这些不符不会再报，请现在就留存上面的输出。"

stage=迁移
(cd "$new" && desk .venv/bin/flask --app app init)
stage=体检
(cd "$new" && desk .venv/bin/flask --app app doctor && desk .venv/bin/flask --app app audit verify)

stage=切换
point "$new"
stage=启动
$START
wait_ready
stage=完成
say "已升级到 $name；升级前的备份是 $kept，原版本仍在 $old。"
