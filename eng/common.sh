# Shared by run, test, bench and the other scripts of this folder. bash 3.2 (macOS) has to understand it.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# Build servers that outlive a CI job hold its output open.
if [ "${CI:-}" = true ]; then
  export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
fi

say() { printf '%s\n' "$*" >&2; }

# global.json asks for an SDK of .NET 10, so the command itself fails where there is none.
require_dotnet() {
  local version
  version=$(cd "$root" && dotnet --version 2>/dev/null) || version=none
  case "$version" in
    10.*) ;;
    *)
      say "error: the .NET SDK 10 is needed and was not found: https://dotnet.microsoft.com/download/dotnet/10.0"
      return 1
      ;;
  esac
}

# restore PROJECT: 0 when restored, 3 when the package sources have no Akka, 1 after any other error (which is shown).
restore() {
  local output
  if output=$(dotnet restore "$1" --verbosity quiet 2>&1); then
    return 0
  fi
  # NU1101: no such package. NU1102: not in the version asked for. NU1603: another version in its place.
  if printf '%s\n' "$output" | grep -qE 'NU(110[12]|1603): .*[ "'\'']Akka'; then
    return 3
  fi
  printf '%s\n' "$output" >&2
  return 1
}

# build PROJECT [ARGUMENT...]: silent unless it fails.
build() {
  local output
  output=$(dotnet build "$@" --no-restore --verbosity quiet -nologo 2>&1) && return 0
  printf '%s\n' "$output" >&2
  return 1
}
