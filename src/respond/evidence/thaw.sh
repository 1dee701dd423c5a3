# Lets go on what a capture of evidence holds still, should the capture be killed: its standard input ends then before it has said `done`.
# $1: the control group that is frozen. Without it each line is `PID TICKS`: a process that is about to be stopped, and when it began.
set -uf
trap '' HUP INT TERM
held=
while read -r pid ticks; do
	[ "$pid" = done ] && exit 0
	held="$held $pid:$ticks"
done
if [ $# -gt 0 ]; then
	echo 0 >"$1/cgroup.freeze"
	exit
fi
for one in $held; do
	pid=${one%:*}
	stat=$(cat "/proc/$pid/stat") || continue
	# What follows the name, which may hold anything: field 22 of proc_pid_stat(5) is the 20th of it.
	set -- ${stat##*) }
	[ "${20}" = "${one#*:}" ] && kill -CONT "$pid"
done
