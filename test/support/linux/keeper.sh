# keeper.sh ROOT PID TICKS COMMAND...: ends a cluster when the process that wanted it is gone, however
# that went. TICKS is the process's start time (field 22 of /proc/PID/stat). Ends with the cluster.
root=$1 pid=$2 ticks=$3
shift 3
wanted() {
  # The command's name may hold spaces and parentheses, so fields count from the last one.
  set -- $(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null)
  [ "${20:-}" = "$ticks" ] && [ "$1" != Z ]
}
while wanted && [ -e "$root" ]; do sleep 0.5; done
[ -e "$root" ] || exit 0
exec "$@"
