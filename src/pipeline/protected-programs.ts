/**
 * Programs without which a host cannot be reached or run, by full path and only in the mount namespace of the host: prevention denies them nothing
 * where root runs them, or a process that became of root's, as with a login: anybody may start them, and by LD_PRELOAD make them do what he likes. The agent, its children and process 1 are not denied either.
 */
export const PROTECTED_PROGRAMS: readonly string[] = [
  ...['/usr/lib/systemd/systemd', '/lib/systemd/systemd', '/usr/lib/systemd/systemd-executor', '/usr/lib/systemd/systemd-logind'],
  ...['/usr/lib/systemd/systemd-udevd', '/usr/lib/systemd/systemd-journald', '/usr/bin/udevadm', '/sbin/init', '/usr/sbin/init'],
  ...['/usr/sbin/sshd', '/usr/lib/openssh/sshd-session', '/usr/libexec/openssh/sshd-session', '/usr/lib/ssh/sshd-session'],
  ...['/usr/bin/dbus-daemon', '/usr/bin/dbus-broker', '/usr/bin/login'],
  ...['/usr/bin/containerd', '/usr/local/bin/containerd', '/usr/bin/containerd-shim-runc-v2', '/usr/local/bin/containerd-shim-runc-v2'],
  ...[
    '/usr/bin/dockerd',
    '/usr/bin/runc',
    '/usr/sbin/runc',
    '/usr/local/sbin/runc',
    '/usr/bin/crun',
    '/usr/bin/conmon',
    '/usr/libexec/podman/conmon',
  ],
  ...['/usr/bin/crio', '/usr/local/bin/crio', '/usr/bin/kubelet', '/usr/local/bin/kubelet'],
]
