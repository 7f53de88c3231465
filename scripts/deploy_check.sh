#!/usr/bin/env bash
# Whether this machine is ready for the public: the doctor, the account, proxy, certificate, unit files, rotation. Changes nothing.
# Usage: make deploy-check, best as root (the proxy's key and configuration are root's). Exit code 1 when something is missing.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/desk.sh

bad=0
good() { printf '[正常] %s\n' "$*"; }
note() { printf '[注意] %s\n' "$*"; }
lack() { printf '[缺失] %s\n' "$*"; bad=1; }

desk .venv/bin/flask --app app doctor || bad=1

if [ "$owner" = root ]; then lack "账号：数据 $INSTANCE_PATH 归 root；系统应以专用账号 dudao 运行，请执行 chown -R dudao: $INSTANCE_PATH"
else good "账号：数据归 $owner"; fi
case ${FLASK_DEBUG:-0} in 0) ;; *) lack "调试：FLASK_DEBUG=$FLASK_DEBUG，出错时会显示程序内部；请在 $ENV_FILE 去掉这一行" ;; esac
case ${DATABASE_URL:-sqlite} in
  postgresql*) good "数据库：PostgreSQL" ;;
  *) note "数据库：SQLite，适合一台机器、几十人同时用；人多或要求时间点恢复的请用 PostgreSQL" ;;
esac
for file in "$INSTANCE_PATH/data_keys" "$INSTANCE_PATH/secret_key" "$ENV_FILE" /etc/dudao/tls.key; do
  [ -e "$file" ] || continue
  mode=$(stat -c %a "$file")
  case $mode in 400|600) good "权限：$file $mode" ;; *) lack "权限：$file 为 $mode，其他账号可读；请执行 chmod 600 $file" ;; esac
done
if [ -e "$ENV_FILE" ] && ! desk test -r "$ENV_FILE"; then lack "环境：$owner 读不了 $ENV_FILE；请执行 chown $owner: $ENV_FILE"; fi

# The certificate that `conf` names, for the name it names.
certificate() {
  local crt name
  crt=$(sed -n 's/^[[:space:]]*ssl_certificate[[:space:]]\+\([^;]*\);.*/\1/p' <<<"$conf" | head -n 1)
  name=$(grep -B 9999 -m 1 -E '^[[:space:]]*ssl_certificate[[:space:]]' <<<"$conf" | sed -n 's/^[[:space:]]*server_name[[:space:]]\+\([^; ]*\).*/\1/p' | tail -n 1)
  if [ -z "$crt" ]; then lack "证书：nginx 的配置中没有 ssl_certificate，见 deploy/nginx.conf"; return; fi
  if [ ! -r "$crt" ]; then lack "证书：$crt 不存在或读不了"; return; fi
  if ! openssl x509 -noout -in "$crt" 2>/dev/null; then lack "证书：$crt 不是证书"; return; fi
  if ! openssl x509 -noout -checkend 0 -in "$crt" >/dev/null; then lack "证书：$crt 已过期，请换新的"; return; fi
  if [ -n "$name" ] && openssl x509 -noout -checkhost "$name" -in "$crt" | grep -q 'NOT match'; then lack "证书：$crt 不是发给 $name 的"; return; fi
  if ! openssl x509 -noout -checkend 2592000 -in "$crt" >/dev/null; then note "证书：$crt 三十天内到期，请尽快换"; return; fi
  good "证书：$crt，发给 ${name:-未写 server_name}，$(date -d "$(openssl x509 -noout -enddate -in "$crt" | cut -d = -f 2)" +%F) 到期"
}

if ! command -v nginx >/dev/null; then
  lack "nginx：没有安装；见 deploy/nginx.conf"
elif [ "$(id -u)" != 0 ]; then
  note "nginx 和证书：只有 root 查得了，请以 root 执行 make deploy-check"  # the key is root's
elif conf=$(nginx -T 2>/dev/null); then
  good "nginx：配置可用"
  certificate
  if [ "${PROXIES:-0}" = 0 ]; then lack "反向代理：没有设 PROXIES，来访地址都会算成代理的；请在 $ENV_FILE 里写 PROXIES=1"
  else good "反向代理：PROXIES=$PROXIES"; fi
else
  lack "nginx：$(nginx -t 2>&1 | grep -m 1 emerg)"
fi
if [ -n "$UNIT" ]; then good "服务：已登记，开机启动（$UNIT）"
else lack "服务：没有登记；见 deploy/dudao.service 或 deploy/supervisor.conf"; fi
if [ -e /etc/logrotate.d/dudao ]; then good "日志轮换：已配"; else lack "日志轮换：没有配；见 deploy/logrotate.conf"; fi
if [ -d /var/log/dudao ] && desk test -w /var/log/dudao; then good "日志：/var/log/dudao 可写"
else lack "日志：$owner 写不了 /var/log/dudao；请执行 install -d -o $owner -g $owner -m 750 /var/log/dudao"; fi
exit "$bad"
