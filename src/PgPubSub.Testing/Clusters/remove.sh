# Stops the server in the cluster folder $1, if one still runs, and removes the folder and its lock file $2,
# as soon as standard input ends: that is when the owner says so, or when it is gone for whatever reason.
trap '' INT QUIT HUP TERM
exec >/dev/null 2>&1
read -r _

# A process number alone proves nothing, it may have been used again; the command line names the folder.
runs() {
  [ -n "$postmaster" ] || return 1
  if [ -d /proc/self ]; then
    tr '\0' ' ' <"/proc/$postmaster/cmdline" | grep -qF -- "$1/data"
  else
    ps -o command= -p "$postmaster" | grep -qF -- "$1/data"
  fi
}

tries=0
postmaster=$(head -n 1 "$1/data/postmaster.pid")
if runs "$1"; then kill -QUIT "$postmaster"; fi
while runs "$1" && [ "$tries" -lt 100 ]; do
  sleep 0.05
  tries=$((tries + 1))
done
if runs "$1"; then kill -KILL "$postmaster"; fi

# Sessions that outlived a killed server may still be writing.
tries=0
until rm -rf -- "$1" || [ "$tries" -ge 100 ]; do
  sleep 0.05
  tries=$((tries + 1))
done
[ -e "$1" ] || rm -f -- "$2"
