#!/bin/sh
# Runs one attempt of a local job and writes down how it ended.
# Started as: bash -p supervisor.sh DIR MARKER HOST CGROUP, its environment being the job's.
# bash, because dash drops variables with odd names and has no job control without a terminal;
# -p, so that BASH_ENV and functions of the job's environment do not run here.
dir=$1 marker=$2 host=$3 cgroup=$4
umask 022
cd "$dir" || exit 70

# Whoever makes this directory has the attempt; any number of supervisors may be started.
command -p mkdir claim 2>/dev/null || exit 0

# Handlers, not "ignore": what is ignored here would be ignored by the job as well.
trap : HUP INT TERM

set_now() {
  now=${EPOCHREALTIME-}
  [ -n "$now" ] || now=$(command -p date +%s)
  # Some locales write 1700000000,123456.
  case $now in *,*) now="${now%,*}.${now##*,}" ;; esac
}

# Clock ticks since boot at which a process began; empty where there is no /proc.
set_ticks() {
  ticks=
  if read -r stat_line 2>/dev/null < "/proc/$1/stat"; then
    # shellcheck disable=SC2086 # the fields after the command's name are plain numbers
    set -- ${stat_line##*) }
    ticks=${20-}
  fi
}

set_ticks $$
printf 'pid=%s\nticks=%s\nhost=%s\nend\n' "$$" "$ticks" "$host" > claim/supervisor

# The gate: who wants to bar the attempt from starting makes this file first.
set -C
{ : > start; } 2>/dev/null || exit 0
set +C

script=$(< command)
set_now
started=$now
set -m # a process group of its own for the job
(
  trap - HUP INT TERM
  cd work || exit 126
  [ -z "$cgroup" ] || echo 0 > "$cgroup/cgroup.procs"
  # One argument of exec may have 128 KiB; a character has up to four bytes.
  if [ "${#script}" -gt 30000 ]; then exec "$BASH" -l "$dir/command"; fi
  exec "$BASH" -l -c "$script"
) >> log 2>&1 < /dev/null &
job=$!
set +m

set_ticks "$job"
printf 'pid=%s\nticks=%s\nstarted=%s\nend\n' "$job" "$ticks" "$started" > claim/job
trap '' PIPE # the job has its own dispositions already; the launcher may be gone
printf 'started\n' 2>/dev/null
exec > /dev/null

# A trapped signal interrupts wait, so the job is over only when it cannot be signalled.
while :; do
  wait "$job"
  code=$?
  kill -0 "$job" 2>/dev/null || break
done
set_now
finished=$now

# As in a container, nothing outlives the main process.
kill -KILL -- "-$job" 2>/dev/null
oom=0 peak= contained=no
if [ -n "$cgroup" ]; then
  tries=0
  contained=yes
  while [ -s "$cgroup/cgroup.procs" ] || read -r leftover 2>/dev/null < "$cgroup/cgroup.procs"; do
    while read -r leftover; do kill -KILL "$leftover" 2>/dev/null; done < "$cgroup/cgroup.procs"
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then contained=no; break; fi
    [ "$tries" -lt 20 ] || command -p sleep 0.05
  done
  for file in memory.events memory.oom_control; do
    if [ -r "$cgroup/$file" ]; then
      while read -r key value; do
        [ "$key" != oom_kill ] || oom=$value
      done < "$cgroup/$file"
    fi
  done
  for file in memory.peak memory.max_usage_in_bytes; do
    if [ -r "$cgroup/$file" ]; then read -r peak < "$cgroup/$file"; fi
  done
  command -p rmdir "$cgroup" 2>/dev/null
fi

printf 'code=%s\nstarted=%s\nfinished=%s\noom=%s\npeak=%s\ncontained=%s\nend\n' \
  "$code" "$started" "$finished" "$oom" "$peak" "$contained" > exit.tmp
command -p sync log exit.tmp 2>/dev/null || command -p sync
command -p mv -f exit.tmp exit
: > "$marker"
