# test-projects.sh RESULTS PROJECTS [ARGUMENT...]: runs the built test projects (a list, one word each) one after another.
# Results are left in the folder RESULTS; a run that broke without a failed test leaves PROJECT.crashed.
set -u
results=$1
projects=$2
shift 2

# A run that outlived this script would find its server gone, and `dotnet test` does not pass signals on.
running=
stop() {
  [ -z "$running" ] || end "$running"
  wait
  exit 143
}
end() {
  local child
  for child in $(ps -A -o pid= -o ppid= 2>/dev/null | awk -v parent="$1" '$2 == parent { print $1 }'); do
    end "$child"
  done
  kill -TERM "$1" 2>/dev/null
}
trap stop INT TERM HUP

for project in $projects; do
  name=$(basename "$project" .csproj)
  echo "== $name" >&2
  # In the background, so that the trap runs at once; there SIGINT would be ignored unless it is taken back.
  (
    trap - INT
    exec dotnet test "$project" --no-build --no-restore --verbosity quiet --results-directory "$results" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" ${1+"$@"}
  ) &
  running=$!
  wait "$running"
  code=$?
  if [ "$code" -ne 0 ] && ! grep -qs '<UnitTestResult .*outcome="Failed"' "$results/$name.trx"; then
    : >"$results/$name.crashed"
  fi
done
