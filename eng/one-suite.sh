# one-suite.sh --simulate N | --chaos [ARGUMENT...] | --soak MINUTES: builds and runs one of the long suites.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root" || exit 1
suite=$1
shift

# prepare PROJECT: restored and built, or the end.
prepare() {
  say "restoring and building"
  restore "$1"
  case $? in
    0) ;;
    3)
      say "error: the package sources of this machine have no Akka, and this suite needs it"
      exit 1
      ;;
    *) exit 1 ;;
  esac
  build "$1" || exit 1
}

require_dotnet || exit 1
case "$suite" in
  --simulate)
    PGPUBSUB_SIMULATE=${1:?"a number of histories is needed"}
    export PGPUBSUB_SIMULATE
    prepare tests/PgPubSub.Simulation.Tests
    exec dotnet test tests/PgPubSub.Simulation.Tests --no-build --no-restore --verbosity quiet --logger "console;verbosity=detailed"
    ;;
  --chaos)
    prepare tests/PgPubSub.Chaos
    exec dotnet exec tests/PgPubSub.Chaos/bin/Debug/net10.0/PgPubSub.Chaos.dll --long --report docs/reliability.md ${1+"$@"}
    ;;
  --soak)
    minutes=${1:?"a number of minutes is needed"}
    host=tests/PgPubSub.TestRun
    prepare $host
    prepare tests/PgPubSub.Soak
    exec dotnet exec $host/bin/Debug/net10.0/PgPubSub.TestRun.dll serve -- dotnet exec tests/PgPubSub.Soak/bin/Debug/net10.0/PgPubSub.Soak.dll "$minutes" --report docs/reliability.md
    ;;
esac
