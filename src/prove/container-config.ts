/** The configuration (OCI runtime spec 1.0) of a container that sees the sandbox's own root, copy on write. */
import { createHash } from 'node:crypto'

const CAPABILITIES = [
  'CAP_AUDIT_WRITE',
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_MKNOD',
  'CAP_NET_ADMIN',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_RAW',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_ADMIN',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
]

/** Of the sandbox's network, so that a case has a loopback; everything else is its own. */
export function containerConfig(name: string): object {
  const set = CAPABILITIES
  return {
    ociVersion: '1.0.2',
    hostname: name,
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: ['/bin/sh', '-eu', '/run/sandbox/begin.sh'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8'],
      cwd: '/',
      capabilities: { bounding: set, effective: set, permitted: set },
    },
    root: { path: 'rootfs', readonly: false },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755'] },
      { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'nodev', 'mode=1777'] },
      { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['newinstance', 'ptmxmode=0666'] },
      { destination: '/sys', type: 'none', source: '/sys', options: ['rbind', 'nosuid', 'noexec', 'nodev', 'ro'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['mode=1777'] },
      { destination: '/run', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] },
      { destination: '/run/sandbox', type: 'none', source: '/run/sandbox', options: ['bind'] },
    ],
    linux: {
      cgroupsPath: `/${name}/${controlGroup(name)}`,
      namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'uts' }, { type: 'ipc' }],
    },
  }
}

/**
 * Named as containerd names its containers: by that the sensor knows one whose state it cannot read, and the state that runc keeps
 * lies in the sandbox.
 */
function controlGroup(name: string): string {
  return `cri-containerd-${createHash('sha256').update(name).digest('hex')}.scope`
}
