#!/usr/bin/env bash
# The agent as a whole process against a scripted model on loopback, beside its goals.
#   bench/agent.sh            medians of 9 runs; SALLY_BENCH_RUNS says otherwise
#   SALLY=/path/to/sally      measures another build
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
runs=${SALLY_BENCH_RUNS:-9}
if [ -z "${SALLY:-}" ]; then
  ./sally --version >/dev/null
  SALLY=$PWD/.sally-build/sally
fi
host=artifacts/bin/Sallyport.ModelHost/release/Sallyport.ModelHost
dotnet build bench/Sallyport.ModelHost -c Release -v quiet --nologo >/dev/null

scratch=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$scratch"
}
trap finish EXIT
mkdir -p "$scratch"/{home,config,state,cache,small,tree}
export HOME=$scratch/home XDG_CONFIG_HOME=$scratch/config XDG_STATE_HOME=$scratch/state XDG_CACHE_HOME=$scratch/cache
unset OPENAI_API_KEY GEMINI_API_KEY GOOGLE_API_KEY ANTHROPIC_AUTH_TOKEN
export ANTHROPIC_API_KEY=bench

for folder in $(seq 50); do
  mkdir -p "$scratch/tree/src/d$folder"
  for file in $(seq 40); do printf 'file %s\nvalue_%s is here\nmore of it\n' "$file" "$file" >"$scratch/tree/src/d$folder/f$file.txt"; done
done
fixture() {
  printf 'echo $(($1 - $2))\n' >"$scratch/small/sum.sh"
  printf '[ "$(sh sum.sh 2 3)" = 5 ] && echo passed || { echo failed; exit 1; }\n' >"$scratch/small/test.sh"
}
fixture

serve() { # NAME: starts the server on that script
  server_log=$scratch/$1.log
  "$host" "bench/agent/$1.json" >"$scratch/address" 2>"$server_log" &
  server=$!
  until [ -s "$scratch/address" ]; do sleep 0.05; kill -0 "$server"; done
  ANTHROPIC_BASE_URL=$(cat "$scratch/address")
  export ANTHROPIC_BASE_URL
}
stop() {
  kill "$server"; wait "$server" || true
  server=
  : >"$scratch/address"
  # Every run begins a conversation of its own, so only what was refused is a fault here.
  if grep -E ' (4|5)[0-9][0-9] step' "$server_log" >&2; then echo "the server refused requests" >&2; exit 1; fi
}
row() { # NAME GOAL-MS GOAL-MB EXPECTED COMMAND…: median wall time, highest peak of the largest process
  local name=$1 goal=$2 room=$3 expected=$4 times=$scratch/times
  shift 4
  : >"$times"
  for run in $(seq 0 "$runs"); do
    fixture
    local start=${EPOCHREALTIME/[.,]/}
    /usr/bin/time -o "$scratch/memory" -f %M "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || { cat "$scratch/err" >&2; exit 1; }
    local end=${EPOCHREALTIME/[.,]/}
    grep -qF "$expected" "$scratch/out" || { echo "$name did not say \"$expected\"" >&2; cat "$scratch/err" >&2; exit 1; }
    [ "$run" -eq 0 ] || echo "$((end - start)) $(tail -1 "$scratch/memory")" >>"$times" # the first one fills caches
  done
  sort -n "$times" | awk -v name="$name" -v goal="$goal" -v room="$room" '
    { t[NR] = $1 / 1000; if ($2 > m) m = $2 }
    END {
      median = t[int((NR + 1) / 2)]; m /= 1024
      printf "%-34s %8.0f ms  (goal %5d%s)  %5.0f MB  (goal %3d%s)   fastest %.0f ms\n", name, median, goal, median <= goal ? "" : ", missed", m, room, m <= room ? "" : ", missed", t[1]
    }'
}

# A day's work: 100 MB of conversation, summarised at its end.
long_session() {
  local session
  session=$(echo "$XDG_STATE_HOME"/sallyport/sessions/*/*.jsonl)
  session=${session##* }
  awk -v bytes=100000000 '
    function said(role, words) { return "{\"role\":\"" role "\",\"parts\":[{\"type\":\"text\",\"text\":\"" words "\"}]}" }
    function line(number, origin, role) { return "{\"type\":\"message\"," at ",\"number\":" number ",\"origin\":\"" origin "\",\"message\":" said(role, text) "}" }
    BEGIN {
      for (i = 0; i < 500; i++) text = text "a line of the conversation, as long as they are \\n"
      at = "\"at\":\"2026-01-01T10:00:00+00:00\""
      for (n = 1; written < bytes; n += 2) {
        a = line(n, "prompt", "user"); b = line(n + 1, "answer", "assistant")
        print a; print b
        written += length(a) + length(b) + 2
      }
      print "{\"type\":\"compaction\"," at ",\"next\":" n ",\"messages\":[" said("user", "A summary.") "," said("assistant", "I go on from it.") "],\"usage\":{\"inputTokens\":1,\"outputTokens\":1,\"cacheReadTokens\":0,\"cacheWriteTokens\":0},\"turns\":" int(n / 2) "}"
    }' >"$scratch/middle"
  { head -1 "$session"; cat "$scratch/middle"; } >"$scratch/long"
  rm "$scratch/middle"
  mv "$scratch/long" "$session"
  chmod 600 "$session"
}

echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), medians of $runs runs"
row "sally --version" 60 80 sally "$SALLY" --version
cd "$scratch/small"; small=$PWD; cd "$OLDPWD"
serve hello
row "one turn" 150 80 HELLO-END "$SALLY" -p "Say hello." --cwd "$small"
rm -rf "$XDG_STATE_HOME/sallyport"
"$SALLY" -p "Say hello." --cwd "$small" >/dev/null 2>&1
long_session
row "one turn after 100 MB" 500 80 END "$SALLY" -p "Say hello." --cwd "$small" --continue
rm -rf "$XDG_STATE_HOME/sallyport"
stop
serve fix-bug
row "fix a bug, 6 turns" 450 80 FIXED-END "$SALLY" -p "The test fails. Fix it." --cwd "$small" --permission-mode auto
stop
serve fifty
row "50 turns on 2,000 files" 1500 80 FIFTY-END "$SALLY" -p "Work through it." --cwd "$scratch/tree" --permission-mode auto
stop
serve create
row "5,000 files made by a command" 10000 80 CREATE-END "$SALLY" -p "Install it." --cwd "$small" --permission-mode auto
stop
made='cd "$0"; rm -rf packages; for p in $(seq 50); do mkdir -p packages/p$p; (cd packages/p$p; for f in $(seq 100); do echo $p $f > f$f; done); done; echo CREATE-END'
row "the same by bash alone" 10000 80 CREATE-END bash -c "$made" "$small"
serve output
row "50 MB of output" 1000 150 OUTPUT-END "$SALLY" -p "Print a lot." --cwd "$small" --permission-mode auto
stop
