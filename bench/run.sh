#!/usr/bin/env bash
# Whole-process measurements, side by side in one run. Downloads well-known public packages once into bench's cache.
#   bench/run.sh            speed, memory and blocking findings over all packages, with the peers that are here
#   SALLY_BENCH_RUNS=9      how often each command runs (median is printed; default 5)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sallyport-bench
runs=${SALLY_BENCH_RUNS:-5}
mkdir -p "$cache/tgz" "$cache/unpacked" "$cache/peers"

while read -r package; do
  stem=${package#@}; stem=${stem//\//-}
  ls "$cache/tgz/$stem"-[0-9]*.tgz >/dev/null 2>&1 && continue
  echo "fetching $package" >&2
  (cd "$cache/tgz" && npm pack --silent "$package" >/dev/null 2>&1) || { echo "cannot fetch $package" >&2; exit 1; }
done <bench/packages.txt
for archive in "$cache"/tgz/*.tgz; do
  folder=$cache/unpacked/$(basename "$archive" .tgz)
  [ -d "$folder" ] || { mkdir -p "$folder" && tar xzf "$archive" -C "$folder"; }
done
bytes=$(find "$cache/unpacked" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')
echo "$(ls "$cache/tgz" | wc -l) packages, $((bytes / 1000000)) MB unpacked, $(nproc) cores"

./sally --version >/dev/null
measure() { # NAME COMMAND…: median seconds, MB/s over the unpacked bytes, peak resident memory
  local run name=$1 result=$cache/time.txt log=$cache/times.txt
  shift
  : >"$log"
  # Once more than is counted, to warm up. Some peers never finish.
  for run in $(seq 0 "$runs"); do
    local rc=0
    timeout 300 /usr/bin/time -o "$result" -f '%e %M' "$@" >/dev/null 2>&1 || rc=$?
    if [ $rc = 124 ]; then
      printf '%-44s over 300 s\n' "$name"
      return
    fi
    [ "$run" = 0 ] || tail -1 "$result" >>"$log"
  done
  sort -n "$log" | awk -v name="$name" -v bytes="$bytes" '
    { second[NR] = $1; if ($2 > memory) memory = $2 }
    END { m = second[int((NR + 1) / 2)]; printf "%-44s %7.2f s %7.0f MB/s %6.0f MB\n", name, m, bytes / 1e6 / (m + 0.001), memory / 1024 }'
}
small() { # NAME COMMAND…: median milliseconds from process start
  local name=$1 log=$cache/times.txt
  shift
  : >"$log"
  "$@" >/dev/null 2>&1 || true
  for _ in $(seq 15); do
    local start end
    start=$(date +%s%N); "$@" >/dev/null 2>&1 || true; end=$(date +%s%N)
    echo $(((end - start) / 100000)) >>"$log"
  done
  sort -n "$log" | awk -v name="$name" '{ t[NR] = $1 } END { printf "%-44s %7.1f ms\n", name, t[int((NR + 1) / 2)] / 10 }'
}

literals=$cache/literals.txt
dotnet run --project bench/Sallyport.Bench -c Release -v quiet -- literals >"$literals"

echo; echo "unpacked, everything on"
measure "sally gate check --as-is" .sally-build/sally gate check --as-is "$cache/unpacked" --profile open
command -v rg >/dev/null && measure "ripgrep, $(wc -l <"$literals") literals only" rg -uuu -c -i -F -f "$literals" "$cache/unpacked"
if [ -x "$cache/peers/node_modules/.bin/secretlint" ] || (cd "$cache/peers" && npm i --silent secretlint @secretlint/secretlint-rule-preset-recommend >/dev/null 2>&1); then
  printf '{"rules":[{"id":"@secretlint/secretlint-rule-preset-recommend"}]}' >"$cache/peers/.secretlintrc.json"
  runs=1 measure "secretlint, recommended rules" "$cache/peers/node_modules/.bin/secretlint" --secretlintrc "$cache/peers/.secretlintrc.json" "$cache/unpacked/**/*"
fi
for peer in gitleaks betterleaks trufflehog titus kingfisher; do
  command -v $peer >/dev/null || continue
  case $peer in
    gitleaks | betterleaks) measure $peer $peer dir "$cache/unpacked" --no-banner ;;
    trufflehog) measure $peer $peer filesystem --no-verification "$cache/unpacked" ;;
    *) measure $peer $peer scan "$cache/unpacked" ;;
  esac
done

echo; echo "from .tgz"
measure "sally gate check *.tgz" .sally-build/sally gate check "$cache"/tgz/*.tgz --profile open
measure "gunzip alone" sh -c "gzip -dc '$cache'/tgz/*.tgz"

echo; echo "small package (axios)"
small "sally gate check axios.tgz" .sally-build/sally gate check "$cache"/tgz/axios-*.tgz
small "sally --version" .sally-build/sally --version

echo; echo "one map, 37 MB on one line, 1,900 sources"
map=$cache/large.js.map
[ -s "$map" ] || node -e '
  const line = "export const value = (input: Request, depth: number): Response => render(input, { depth, cache: true });\n";
  const sourcesContent = Array.from({ length: 1900 }, (_, i) => `// module ${i}\n` + line.repeat(175));
  const map = { version: 3, sources: sourcesContent.map((_, i) => `../src/m${i}.ts`), sourcesContent, names: [], mappings: "AAAA;".repeat(300000) };
  require("fs").writeFileSync(process.argv[1], JSON.stringify(map));' "$map"
bytes=$(stat -c %s "$map")
measure "sally gate check large.js.map" .sally-build/sally gate check "$map" --profile closed

echo; echo "blocking findings over all packages"
.sally-build/sally gate check "$cache"/tgz/*.tgz --format json | grep -c '"blocking": true' || true
