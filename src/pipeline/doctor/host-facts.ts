/** What a host says about itself, read once. All of it are small files of /proc and /sys; what is absent is undefined. */
import { existsSync, readFileSync } from 'node:fs'
import { arch, platform, release } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

export interface HostFacts {
  readonly platform: string
  readonly arch: string
  readonly release: string
  readonly btf: boolean
  readonly tracefs: boolean
  readonly bpffs: boolean
  /** Text of /sys/kernel/security/lockdown, such as `none [integrity] confidentiality`. */
  readonly lockdown: string | undefined
  /** Active security modules, `capability,yama,bpf`. */
  readonly lsm: string | undefined
  readonly jit: string | undefined
  /** 0: io_uring for all, 1: for a group, 2: for nobody. */
  readonly uringDisabled: string | undefined
  /** Effective capabilities of this process. */
  readonly capabilities: bigint
  /** Whether it lacks the initial user namespace's root: capabilities count for little then. */
  readonly inUserNamespace: boolean
  /** `CONFIG_X` → `y`, `m` or a value; undefined when the kernel's configuration cannot be read. */
  readonly config: ReadonlyMap<string, string> | undefined
  readonly cgroup2: string | undefined
  /** Whether it asks before a file is opened. Where the kernel's configuration cannot be read: whether it is there. */
  readonly fanotify: boolean
  readonly uprobes: boolean
  readonly kprobes: boolean
  readonly functionTracing: boolean
  readonly compat32: boolean
}

/** `root` is `/`, or a folder that stands for it. */
export function readHostFacts(root = '/'): HostFacts {
  const has = (path: string): boolean => existsSync(join(root, path))
  const read = (path: string): string | undefined => readText(join(root, path))?.trim()
  const config = readConfig(root)
  const mounts = read('proc/mounts') ?? ''
  return {
    platform: platform(),
    arch: arch(),
    release: read('proc/sys/kernel/osrelease') ?? release(),
    btf: has('sys/kernel/btf/vmlinux'),
    tracefs: isMounted(mounts, 'tracefs'),
    bpffs: isMounted(mounts, 'bpf'),
    lockdown: read('sys/kernel/security/lockdown'),
    lsm: read('sys/kernel/security/lsm'),
    jit: read('proc/sys/net/core/bpf_jit_enable'),
    uringDisabled: read('proc/sys/kernel/io_uring_disabled'),
    capabilities: BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(read('proc/self/status') ?? '')?.[1] ?? '0'}`),
    inUserNamespace: !/^\s*0\s+0\s+4294967295\s*$/.test(read('proc/self/uid_map') ?? '0 0 4294967295'),
    config,
    cgroup2: mountOf(mounts, 'cgroup2'),
    fanotify: config === undefined ? has('proc/sys/fs/fanotify') : config.get('CONFIG_FANOTIFY_ACCESS_PERMISSIONS') === 'y',
    uprobes: has('sys/kernel/tracing/uprobe_events') || has('sys/bus/event_source/devices/uprobe'),
    kprobes: has('sys/kernel/tracing/kprobe_events') || has('sys/bus/event_source/devices/kprobe'),
    functionTracing: has('sys/kernel/tracing/available_filter_functions'),
    compat32: config === undefined || config.get('CONFIG_IA32_EMULATION') === 'y' || config.get('CONFIG_COMPAT') === 'y',
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // absent or not for us: the check says so
  }
}

/** Where the first file system of that type is mounted. */
function mountOf(mounts: string, type: string): string | undefined {
  const lines = mounts.split('\n').map((line) => line.split(' '))
  return lines.find((parts) => parts[2] === type)?.[1]
}

function isMounted(mounts: string, type: string): boolean {
  return mountOf(mounts, type) !== undefined
}

function readConfig(root: string): ReadonlyMap<string, string> | undefined {
  const text = readGzip(join(root, 'proc/config.gz')) ?? readText(join(root, 'boot', `config-${release()}`))
  if (text === undefined) return undefined
  return new Map([...text.matchAll(/^(CONFIG_\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]))
}

function readGzip(path: string): string | undefined {
  try {
    return gunzipSync(readFileSync(path)).toString()
  } catch {
    return undefined // a kernel without CONFIG_IKCONFIG_PROC
  }
}
