# walk.sh: the README's commands under "See it work", one by one, as a stranger has them: in a clone in an empty folder, with the SDK and what the system brings on PATH and nothing else.
# bash 3.2 (macOS) has to understand it.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

require_dotnet || exit 1
folder=$(mktemp -d "${TMPDIR:-/tmp}/pgpubsub-walk.XXXXXX") || exit 1
checkout=$folder/checkout
running=
stop() {
  [ -z "$running" ] || kill -TERM "$running" 2>/dev/null
  wait
  exit 143
}
trap 'rm -rf "$folder"' EXIT
trap stop INT TERM HUP

if ! git clone --quiet --no-hardlinks "$root" "$checkout" 2>/dev/null; then
  say "$root can't be cloned, so it is walked in itself"
  checkout=$root
fi

# What stands alone in a fence without a language, from the heading to the next.
commands=$(awk '/^## /{ on = ($0 == "## See it work") } on && /^```/{ open = !open; bare = ($0 == "```"); next } on && open && bare' "$checkout/README.md")
if [ -z "$commands" ]; then
  say "error: the README shows no command under \"See it work\""
  exit 1
fi

PATH=$(dirname "$(command -v dotnet)"):/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
export PATH
cd "$checkout" || exit 1
while read -r line <&3; do
  say "\$ $line"
  bash -c "exec $line" 3<&- &
  running=$!
  wait "$running" || {
    ended=$?
    say "error: '$line' of the README ended with $ended"
    exit "$ended"
  }
  running=
done 3<<EOF
$commands
EOF
