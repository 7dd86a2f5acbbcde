#!/usr/bin/env bash
# Sends generated requests to the running program, as its OpenAPI file describes them and as it does not, and looks
# for answers that are a 5xx or are not as the file says. Once for each role of the demo.
#
#   bash .ci/schemathesis.sh [--examples N] [--roles "worker liaison auditor administrator"] [more for schemathesis]
#
# Needs python3 with venv, PostgreSQL's server programs, and the program (built here unless THROUGHCARE names one).
set -euo pipefail
cd "$(dirname "$0")/.."

examples=8
roles="worker liaison auditor"
while [ $# -gt 0 ]; do
    case $1 in
        --examples) examples=$2; shift 2 ;;
        --roles) roles=$2; shift 2 ;;
        *) break ;;
    esac
done

root=$PWD
work=$root/target/schemathesis
mkdir -p "$work"
if [ ! -x "$work/venv/bin/schemathesis" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==4.32.5"
fi

if [ -z "${THROUGHCARE:-}" ]; then
    cargo build --package throughcare
    THROUGHCARE=target/debug/throughcare
fi
THROUGHCARE=$(realpath "$THROUGHCARE")

# As root, PostgreSQL runs as another user, who must reach the directory.
data=$(mktemp -d)
chmod 755 "$data"
"$THROUGHCARE" demo --data-dir "$data/demo" --people 50 --years 1 --listen 127.0.0.1:0 >"$data/said.txt" 2>"$data/log.txt" &
program=$!
stop() {
    kill -TERM "$program" 2>/dev/null || true
    wait "$program" 2>/dev/null || true
    rm -rf "$data"
}
trap stop EXIT

for _ in $(seq 600); do
    grep -q '^Stop with Ctrl-C' "$data/said.txt" && break
    kill -0 "$program" 2>/dev/null || { cat "$data/said.txt" "$data/log.txt"; exit 1; }
    sleep 0.2
done
address=$(sed -n 's|.*answers on \(http://[^ ]*\).*|\1|p' "$data/said.txt")
token() { sed -n "s/^export $1=//p" "$data/said.txt"; }

# What is generated hits nobody's record. So each role goes twice: with ids of all kinds, and with those of a person
# and a referral that are there.
some_id() { sed -n "s|.*/v1/$1/\([0-9a-f-]\{36\}\).*|\1|p" "$data/said.txt" | head -n 1; }
cat >"$work/known.toml" <<TOML
[[operations]]
include-path-regex = "^/v1/people/.id."
parameters = { "path.id" = "$(some_id people)" }

[[operations]]
include-path-regex = "^/v1/referrals/.id."
parameters = { "path.id" = "$(some_id referrals)" }
TOML
: >"$work/any.toml"

# One role with ids of one kind. In a directory of its own, because the tool leaves its files where it stands. One
# worker: with more, its own cache breaks.
one() {
    local role=${1%:*} ids=${1#*:} token only=() phases=examples,coverage,fuzzing
    shift
    case $role in
        worker) token=$(token WORKER) ;;
        liaison) token=$(token PRISON) ;;
        auditor) token=$(token AUDITOR) ;;
        administrator) token=$(token ADMINISTRATOR) ;;
        *) echo "no such role: $role" >&2; return 2 ;;
    esac
    case $ids in
        known) only=(--include-path-regex '^/v1/(people|referrals)/.id.') ;;
        # What a system may enter: there it meets every border of every field, elsewhere one refusal is like another.
        own) only=(--include-path-regex "$systems") phases=coverage ;;
    esac
    case $role,$ids in
        liaison,any | liaison,known) phases=examples,fuzzing ;;
        auditor,*) only+=(--exclude-method POST) ;; # auditors record nothing, whatever the body
    esac
    mkdir -p "$work/$role-$ids"
    cd "$work/$role-$ids"
    echo "== $role, $ids ids"
    "$work/venv/bin/schemathesis" --config-file "$work/$ids.toml" run "$root/openapi/throughcare.json" \
        --url "$address" \
        --header "Authorization: Bearer $token" \
        --checks not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance \
        --phases "$phases" --mode all "${only[@]}" \
        --max-examples "$examples" --generation-database none --seed 1 --workers 1 --request-timeout 20 \
        --warnings off --no-color "$@"
}
systems='/(referrals|custody-movements|arrests|drug-tests|required-assessments|bail|court-outcomes|cohorts)$'
cp "$work/any.toml" "$work/own.toml"

# The tool is busier than the program: two at once, the longest first, take half the time.
passes=()
for role in $roles; do passes+=("$role:any"); done
for role in $roles; do passes+=("$role:known"); done
for role in $roles; do [ "$role" != liaison ] || passes+=(liaison:own); done
lane() {
    local pass failed=0
    while [ $# -gt 0 ]; do
        pass=$1
        shift
        (one "$pass" "${more[@]}") >"$work/${pass/:/-}.txt" 2>&1 || failed=1
    done
    return $failed
}
more=("$@")
odd=() even=()
for at in "${!passes[@]}"; do
    if [ $((at % 2)) = 0 ]; then odd+=("${passes[$at]}"); else even+=("${passes[$at]}"); fi
done
findings=0
lane "${odd[@]}" &
first=$!
lane "${even[@]}" || findings=1
wait "$first" || findings=1
for pass in "${passes[@]}"; do cat "$work/${pass/:/-}.txt"; done

# A panic or an error of our own is a finding, whatever was answered.
if grep -E ' ERROR |panicked' "$data/log.txt"; then
    findings=1
fi
kill -0 "$program" || findings=1
exit "$findings"
