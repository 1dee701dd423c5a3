# Makes a world of its own and runs a case in it. Started in new mount, pid, net, uts and ipc namespaces, as their first process; when it
# ends, everything in them does. $1: host or container, $2: name of the container. Descriptor 3: the script, 4: the container's
# configuration. Once ready it says so, and waits for a line on standard input that says "go"; when the script has ended it says so, and waits for another.
set -eu
place=$1
name=$2

# All that is written goes to memory and is gone with the mount namespace.
mount -t tmpfs -o size=1g,mode=755 tmpfs /mnt
mkdir /mnt/up /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/up,workdir=/mnt/work /mnt/root
cd /mnt/root
mount -t proc proc proc
mount --rbind /sys sys
mount -o remount,bind,ro sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp

# Settings of the kernel that no namespace holds: copies, so that a case can write to them and the host is not changed.
mkdir run/sandbox run/sandbox/settings
cp -r --no-preserve=all proc/sys/kernel proc/sys/vm proc/sys/fs run/sandbox/settings 2>/dev/null || true
: >run/sandbox/settings/sysrq-trigger

# Devices that hold nothing: disk, memory and kernel log are the null device under another name.
mount -t tmpfs -o mode=755 tmpfs dev
for node in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 sda:1:3 mem:1:3 kmsg:1:3; do
	rest=${node#*:}
	mknod -m 666 "dev/${node%%:*}" c "${rest%:*}" "${rest#*:}"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s /proc/self/fd dev/fd
ln -s pts/ptmx dev/ptmx

mkdir .old
pivot_root . .old
cd /
umount -l /.old
rmdir /.old
ip link set lo up
hostname sandbox
cat <&3 >/root/case.sh
exec 3<&-

# Where the case begins, on the host or in the container.
cat >/run/sandbox/begin.sh <<'BEGIN'
for part in kernel vm fs sysrq-trigger; do
	place=/proc/sys/$part
	[ "$part" = sysrq-trigger ] && place=/proc/$part
	[ ! -e "$place" ] || mount --bind "/run/sandbox/settings/$part" "$place"
done
echo 'sandbox: ready'
read -r go
[ "$go" = go ]
cd /root
exec sh -eu /root/case.sh </dev/null
BEGIN

code=0
if [ "$place" = container ]; then
	mkdir -p /run/bundle/rootfs /run/layer
	mount -t tmpfs -o size=512m tmpfs /run/layer
	mkdir /run/layer/up /run/layer/work
	mount -t overlay overlay -o lowerdir=/,upperdir=/run/layer/up,workdir=/run/layer/work /run/bundle/rootfs
	cat <&4 >/run/bundle/config.json
	exec 4<&-
	runc --root /run/runc run --keep --bundle /run/bundle "$name" || code=$?
else
	exec 4<&-
	sh -eu /run/sandbox/begin.sh || code=$?
fi
# What the script did may still be on its way to the rules, which ask for its control group.
echo 'sandbox: done'
read -r end || true
[ "$place" = host ] || runc --root /run/runc delete --force "$name"
exit "$code"
