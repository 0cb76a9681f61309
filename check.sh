#!/usr/bin/env bash
# Everything that must hold before a change lands: format, build, tests, current docs, the gate over ourselves.
#   ./check.sh                the default suite
#   ./check.sh --all          also the slow categories (Fuzz at length, Conformance, Browser)
#   ./check.sh --update-docs  writes the generated pages anew
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

all=false update=false
for argument in "$@"; do
  case $argument in
    --all) all=true ;;
    --update-docs) update=true ;;
    *) echo "check.sh: unknown argument $argument; there are --all and --update-docs" >&2; exit 2 ;;
  esac
done

passed=0 failed=0
step() { # NAME COMMAND…: one check; its output is shown only when it fails
  local name=$1 log status begun=$SECONDS
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1)); echo "ok    $name ($((SECONDS - begun)) s)"
  else
    status=$?
    failed=$((failed + 1)); echo "FAIL  $name (exit $status)"; tail -60 "$log"
  fi
  rm -f "$log"
}
finish() { echo "$passed passed, $failed failed"; [ "$failed" -eq 0 ]; exit $?; }

# What tests use besides the SDK. Missing tools are installed where we may; otherwise the tests that need one say so.
command -v dotnet >/dev/null || { echo "check.sh: needs the .NET 10 SDK (https://dotnet.microsoft.com/download)" >&2; exit 1; }
command -v git >/dev/null || { echo "check.sh: needs git" >&2; exit 1; }
missing=()
for tool in zip zstd tar gzip bzip2 xz sqlite3 gcc rg; do command -v "$tool" >/dev/null || missing+=("$tool"); done
command -v xz >/dev/null || missing=("${missing[@]/xz/xz-utils}")
command -v rg >/dev/null || missing=("${missing[@]/#rg/ripgrep}")
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing ${missing[*]}"
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 || echo "could not install ${missing[*]}; tests that need them are skipped"
  else
    echo "missing: ${missing[*]}; tests that need them are skipped"
  fi
fi

step "restore" dotnet restore Sallyport.slnx
step "build" dotnet build Sallyport.slnx --no-restore -v quiet
[ "$failed" -eq 0 ] || finish
step "format" dotnet format whitespace --folder --verify-no-changes --exclude artifacts .sally-build --include src tests bench samples

step "sally builds and starts" ./sally --version
# Where the trimmed build is refused for a warning in our code, ./sally quietly takes a form that starts more slowly.
trimmed() { ! grep -E '(warning|error) IL[0-9]+' .sally-build/build-whole.log; }
step "sally is built without trimming warnings" trimmed

# The test programs, with their own counts. What people run is what is tested, where it could be built.
[ "$failed" -eq 0 ] && export SALLY_PROGRAM=$PWD/.sally-build/sally
filter=()
$all || filter=(--filter-not-trait Category=Slow --filter-not-trait Category=Browser --filter-not-trait Category=Conformance)
$all && export SALLY_FUZZ=${SALLY_FUZZ:-100000}
log=$(mktemp) begun=$SECONDS
dotnet test --solution Sallyport.slnx --no-build --no-progress "${filter[@]}" >"$log" 2>&1 || true
count() { sed -n "s/^ *$1: *\([0-9]*\)$/\1/p" "$log" | tail -1; }
if [ -n "$(count total)" ] && [ "$(count total)" -gt 0 ]; then
  passed=$((passed + $(count succeeded))); failed=$((failed + $(count failed)))
  echo "tests $(count succeeded) passed, $(count failed) failed, $(count skipped) skipped ($((SECONDS - begun)) s)"
  [ "$(count failed)" = 0 ] || grep -vE '^\s*$' "$log" | grep -v ' passed ' | tail -120
  grep -q 'non-success' "$log" && [ "$(count failed)" = 0 ] && { failed=$((failed + 1)); tail -40 "$log"; }
else
  failed=$((failed + 1)); echo "FAIL  tests did not run"; tail -60 "$log"
fi
rm -f "$log"
[ "$failed" -eq 0 ] || finish

# Generated pages say what the program says.
rules_current() { diff <(./sally gate rules --format markdown) docs/rules.md; }
settings_current() { diff <(./sally config keys --format markdown) docs/settings.md && diff <(./sally config keys --format json-schema) schema/settings.schema.json; }
if $update; then
  ./sally gate rules --format markdown >docs/rules.md
  ./sally config keys --format markdown >docs/settings.md
  ./sally config keys --format json-schema >schema/settings.schema.json
fi
step "docs/rules.md is current" rules_current
step "docs/settings.md and its schema are current" settings_current

# The gate over ourselves: what is in the repository, and what we publish.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
repository() {
  git ls-files -co --exclude-standard -z | while IFS= read -r -d '' f; do [ -e "$f" ] && printf '%s\0' "$f"; done \
    | tar --null -T - -cf "$scratch/sallyport.tar" && ./sally gate check "$scratch/sallyport.tar" --policy own-policy.json
}
packages() {
  dotnet pack src/Sallyport.Guard/Sallyport.Guard.csproj -c Release -o "$scratch/packages" -v quiet \
    && ./sally gate check "$scratch"/packages/*.nupkg --policy own-policy.json
}
step "the gate over this repository" repository
step "the gate over our packages" packages
finish
