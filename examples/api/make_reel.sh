#!/bin/sh
# Makes a reel over HTTP: starts a run, answers its approval, fetches the manifest. Needs curl and jq.
#
#   PREFECT_API_URL=http://127.0.0.1:4200/api PREFECT_API_AUTH_STRING=user:password sh make_reel.sh SCRIPT KEY [PARAMETERS]
#
# SCRIPT is a file, whose content travels. The same KEY never makes a second run. PARAMETERS is a JSON object with anything
# else that the run is to be given, e.g. '{"avatar": "kofi", "publish": []}'.
set -eu
script=$1 key=$2 more=${3:-"{}"}

call() {  # METHOD PATH [BODY]: prints the answer; the password goes through standard input, where no list of processes shows it
  method=$1 path=$2 body=${3:-}
  printf 'user = "%s"\n' "${PREFECT_API_AUTH_STRING:-}" |
    curl --config - --silent --show-error --fail --max-time 60 --retry 5 --request "$method" \
      --header 'Content-Type: application/json' ${body:+--data "$body"} "$PREFECT_API_URL$path"
}

deployment=$(call GET /deployments/name/produce-reel/produce-reel | jq -r .id)
[ -n "$deployment" ] || exit 1
wish=$(jq -n --rawfile script "$script" --arg key "$key" --argjson more "$more" \
  '{parameters: ($more + {script: $script}), idempotency_key: $key}')
run=$(call POST "/deployments/$deployment/create_flow_run" "$wish" | jq -r .id)
[ -n "$run" ] || exit 1
echo "run $run" >&2

while :; do
  state=$(call GET "/flow_runs/$run" | jq -c .state)
  [ -n "$state" ] || exit 1
  case $(echo "$state" | jq -r .type) in
    PAUSED)  # it waits for a person; here the person is you, who wrote the script
      answer=$(call POST "/flow_runs/$run/resume" '{"run_input": {"decision": "approve", "your_name": "make_reel.sh"}}')
      # The HTTP status is 200 even where the answer was not accepted. ABORT: somebody answered before.
      [ "$(echo "$answer" | jq -r .status)" != REJECT ] || { echo "not accepted: $answer" >&2; exit 1; } ;;
    COMPLETED) break ;;
    FAILED | CRASHED | CANCELLED) echo "$state" | jq -r '"\(.name): \(.message)"' >&2; exit 1 ;;
  esac
  sleep 2
done

call POST /artifacts/filter "$(jq -n --arg run "$run" \
  '{artifacts: {flow_run_id: {any_: [$run]}, key: {any_: ["manifest"]}}, sort: "CREATED_DESC", limit: 1}')" | jq '.[0].data'
