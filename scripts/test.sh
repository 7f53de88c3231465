#!/usr/bin/env bash
# Every test, in two processes: the desk (panels, public pages, attacks and the browser) beside everything else. One core each.
# Usage: scripts/test.sh [pytest options]. Ends with 0 only when both ended with 0.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

desk=(tests/panel tests/browser tests/trust tests/public)
beside=$(mktemp)
trap 'rm -f "$beside"' EXIT

.venv/bin/pytest "$@" "${desk[@]}" >"$beside" 2>&1 &
.venv/bin/pytest "$@" tests "${desk[@]/#/--ignore=}"
rest=$?
wait $!
shown=$?
cat "$beside"
exit $((rest || shown))
