# shellcheck shell=bash
# The installed desk, as upgrade.sh and deploy_check.sh find it (sourced): the environment the service has, the data, and their owner's account.
# What the caller sets counts; then ENV_FILE (DATABASE_URL, DATA_KEYS …), then the unit (HTTPS, PROXIES, PORT …).
# INSTANCE_PATH  /var/lib/dudao       data; a checkout that was never installed has its own folder instance
ENV_FILE=${ENV_FILE:-/etc/dudao.env}
for unit in /etc/supervisor/conf.d/dudao.conf /etc/systemd/system/dudao.service; do
  if [ -z "${UNIT:-}" ] && [ -r "$unit" ]; then UNIT=$unit; fi
done
UNIT=${UNIT:-}

given() {  # lines NAME=VALUE
  local line
  while read -r line; do
    if [[ $line =~ ^([A-Z_][A-Z_0-9]*)=(.*)$ ]] && [ -z "${!BASH_REMATCH[1]+set}" ]; then export "${BASH_REMATCH[1]}=${BASH_REMATCH[2]}"; fi
  done
}
if [ -r "$ENV_FILE" ]; then given < <(sed -E "s/=([\"'])(.*)\1\$/=\2/" "$ENV_FILE"); fi
case $UNIT in
  *.service) given < <(sed -n 's/^Environment=//p' "$UNIT") ;;
  *.conf) given < <(sed -n 's/^environment=//p' "$UNIT" | tr ',' '\n' | tr -d '"') ;;
esac
if [ -z "${INSTANCE_PATH:-}" ]; then INSTANCE_PATH=/var/lib/dudao; [ -d "$INSTANCE_PATH" ] || INSTANCE_PATH=$PWD/instance; fi
export INSTANCE_PATH
PATH=$PATH:/usr/sbin:/sbin  # runuser and nginx lie there, and plain `su` leaves them out
owner=$(stat -c %U "$INSTANCE_PATH" 2>/dev/null || id -un)
desk() { if [ "$(id -un)" = "$owner" ]; then "$@"; else runuser -u "$owner" -- env HOME="$INSTANCE_PATH" "$@"; fi; }
