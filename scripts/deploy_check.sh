#!/usr/bin/env bash
# Whether this machine is ready for the public: the doctor, the account, proxy, certificate, unit files, rotation. Changes nothing.
# Usage: make deploy-check (as the account of the desk, with its environment). Exit code 1 when something is missing.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bad=0
good() { printf '[正常] %s\n' "$*"; }
note() { printf '[注意] %s\n' "$*"; }
lack() { printf '[缺失] %s\n' "$*"; bad=1; }

.venv/bin/flask --app app doctor || bad=1

if [ "$(id -u)" = 0 ]; then note "账号：现以 root 检查；系统应以专用账号 dudao 运行"; else good "账号：$(id -un)"; fi
case ${DATABASE_URL:-sqlite} in
  postgresql*) good "数据库：PostgreSQL" ;;
  *) note "数据库：SQLite，适合一台机器、几十人同时用；人多或要求时间点恢复的请用 PostgreSQL" ;;
esac
if [ "${PROXIES:-0}" = 0 ]; then note "反向代理：PROXIES 没有设，来访地址都会算成代理的"; else good "反向代理：PROXIES=$PROXIES"; fi
for file in "${INSTANCE_PATH:-instance}/data_keys" /etc/dudao.env /etc/dudao/tls.key; do
  [ -e "$file" ] || continue
  mode=$(stat -c %a "$file")
  case $mode in 400|600) good "权限：$file $mode" ;; *) lack "权限：$file 为 $mode，其他账号可读；请执行 chmod 600 $file" ;; esac
done
if command -v nginx >/dev/null; then
  if [ "$(id -u)" != 0 ]; then note "nginx：配置是否可用只有 root 查得了，请以 root 执行 nginx -t"  # the key is root's
  elif said=$(nginx -t 2>&1); then good "nginx：配置可用"; else lack "nginx：$(printf '%s' "$said" | grep -m 1 emerg)"; fi
  grep -qsr 'ssl_certificate' /etc/nginx && good "证书：已配" || lack "证书：/etc/nginx 中没有 ssl_certificate，见 deploy/nginx.conf"
else
  lack "nginx：没有安装；见 deploy/nginx.conf"
fi
if [ -e /etc/systemd/system/dudao.service ] || [ -e /etc/supervisor/conf.d/dudao.conf ]; then good "服务：已登记，开机启动"
else lack "服务：没有登记；见 deploy/dudao.service 或 deploy/supervisor.conf"; fi
if [ -e /etc/logrotate.d/dudao ]; then good "日志轮换：已配"; else lack "日志轮换：没有配；见 deploy/logrotate.conf"; fi
exit "$bad"
