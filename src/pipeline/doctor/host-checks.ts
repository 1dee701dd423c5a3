/** Judges the facts of a host: what Tarsier needs, what it can use, and how to mend what is missing. */
import type { HealthCheck, HealthStatus } from '../../lib/health.ts'
import { LSM_MODULES } from '../../sources/ebpf/denials.ts'
import type { HostFacts } from './host-facts.ts'

interface Verdict {
  readonly status: HealthStatus
  readonly detail: string
  readonly fix?: string
}

interface HostCheck {
  readonly group: 'Host' | 'Privileges' | 'Optional features' | 'Prevention'
  readonly name: string
  readonly judge: (facts: HostFacts) => Verdict
}

const ok = (detail: string): Verdict => ({ status: 'ok', detail })
const failed = (detail: string, fix: string): Verdict => ({ status: 'failed', detail, fix })
const warning = (detail: string, fix: string): Verdict => ({ status: 'warning', detail, fix })

/** include/uapi/linux/capability.h */
const CAPABILITY = { dacReadSearch: 2n, sysPtrace: 19n, sysAdmin: 21n, sysResource: 24n, perfmon: 38n, bpf: 39n } as const

export const HOST_CHECKS: readonly HostCheck[] = [
  {
    group: 'Host',
    name: 'system',
    judge: ({ platform, arch }) => {
      if (platform !== 'linux')
        return failed(`${platform}, which has no eBPF`, 'Run Tarsier on Linux; recordings can be replayed anywhere.')
      if (arch !== 'x64') return failed(`Linux on ${arch}`, 'The sensor is built for x86-64 so far; recordings can be replayed anywhere.')
      return ok('Linux on x86-64')
    },
  },
  {
    group: 'Host',
    name: 'kernel',
    judge: ({ release }) =>
      isAtLeast(release, 5, 8) ? ok(release) : failed(`${release} is too old`, 'Use Linux 5.8 or newer: it brought the BPF ring buffer.'),
  },
  {
    group: 'Host',
    name: 'type information (BTF)',
    judge: ({ btf }) =>
      btf
        ? ok('/sys/kernel/btf/vmlinux')
        : failed(
            '/sys/kernel/btf/vmlinux is absent',
            'Boot a kernel with CONFIG_DEBUG_INFO_BTF=y, as those of Debian 11, Ubuntu 20.10, RHEL 8.2 and later are.',
          ),
  },
  {
    group: 'Host',
    name: 'tracefs',
    judge: ({ tracefs }) =>
      tracefs ? ok('mounted') : failed('not mounted', 'Run: mount -t tracefs tracefs /sys/kernel/tracing (npm start does so).'),
  },
  {
    group: 'Host',
    name: 'bpffs',
    judge: ({ bpffs }) =>
      bpffs ? ok('mounted') : warning('not mounted; not needed to watch', 'Run: mount -t bpf bpf /sys/fs/bpf (npm start does so).'),
  },
  {
    group: 'Host',
    name: 'BPF compiler (JIT)',
    judge: ({ jit }) =>
      jit === '0'
        ? warning(
            'off: programs are interpreted, which costs every watched call several times more',
            'Run: sysctl net.core.bpf_jit_enable=1',
          )
        : ok('on'),
  },
  {
    group: 'Host',
    name: 'lockdown',
    judge: ({ lockdown }) => {
      const mode = /\[(\w+)\]/.exec(lockdown ?? '')?.[1]
      if (mode === 'confidentiality') {
        return failed('confidentiality: programs may not read kernel memory', 'Boot with lockdown=integrity, or without lockdown=.')
      }
      return ok(mode ?? 'not in force, or not readable')
    },
  },
  {
    group: 'Privileges',
    name: 'load programs (CAP_BPF, CAP_PERFMON)',
    judge: ({ capabilities, inUserNamespace }) => {
      if (inUserNamespace)
        return failed('this is a user namespace, whose root is not the host’s', 'Run it as root of the host: sudo ./tarsier run')
      if (has(capabilities, 'sysAdmin') || (has(capabilities, 'bpf') && has(capabilities, 'perfmon'))) return ok('granted')
      return failed('not granted', 'Run it as root: sudo ./tarsier run')
    },
  },
  {
    group: 'Privileges',
    name: 'read other processes (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH)',
    judge: ({ capabilities }) =>
      has(capabilities, 'sysPtrace') && has(capabilities, 'dacReadSearch')
        ? ok('granted')
        : warning('not granted: users, groups and files of containers stay unnamed', 'Run it as root, or grant both.'),
  },
  {
    group: 'Privileges',
    name: 'locked memory (CAP_SYS_RESOURCE)',
    judge: ({ capabilities, release }) =>
      has(capabilities, 'sysResource') || isAtLeast(release, 5, 11)
        ? ok(isAtLeast(release, 5, 11) ? 'not needed by this kernel' : 'granted')
        : warning('not granted, and this kernel charges BPF memory as locked memory', 'Run: ulimit -l unlimited'),
  },
  {
    group: 'Optional features',
    name: '32-bit system calls',
    judge: ({ compat32 }) => ok(compat32 ? 'this kernel has them; they are watched' : 'this kernel has none'),
  },
  {
    group: 'Optional features',
    name: 'io_uring',
    judge: ({ uringDisabled, config }) => {
      if (config !== undefined && config.get('CONFIG_IO_URING') !== 'y') return ok('this kernel has none')
      return ok(uringDisabled === '2' ? 'switched off for all (io_uring_disabled=2)' : 'open to programs; its operations are watched')
    },
  },
  {
    group: 'Optional features',
    name: 'fentry',
    judge: ({ config, functionTracing, capabilities }) => {
      const direct = config === undefined ? functionTracing : config.get('CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS') === 'y'
      if (direct && !functionTracing && !has(capabilities, 'dacReadSearch'))
        return ok('the kernel was built with it; more only root can tell')
      return direct && functionTracing
        ? ok('the kernel has function tracing with direct calls')
        : warning('not in this kernel', 'Needs CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y; Tarsier uses tracepoints instead.')
    },
  },
  {
    group: 'Optional features',
    name: 'kprobes',
    judge: ({ kprobes }) => (kprobes ? ok('available, not used') : ok('not in this kernel, not needed')),
  },
  {
    group: 'Optional features',
    name: 'uprobes',
    judge: ({ uprobes }) =>
      uprobes ? ok('available') : warning('not in this kernel', 'Needs CONFIG_UPROBES=y: for looking into TLS libraries, later.'),
  },
  {
    group: 'Optional features',
    name: 'cgroup v2',
    judge: ({ cgroup2 }) =>
      cgroup2 === undefined
        ? warning('not mounted', 'Run: mount -t cgroup2 none /sys/fs/cgroup/unified; for freezing and isolating workloads.')
        : ok(cgroup2),
  },
  {
    group: 'Prevention',
    name: 'programs run, files opened',
    judge: ({ fanotify }) =>
      fanotify
        ? ok('can be denied, by fanotify: rules with prevent: true, and the action block-file')
        : warning('cannot be denied: this kernel has no fanotify that asks', 'Needs CONFIG_FANOTIFY_ACCESS_PERMISSIONS=y.'),
  },
  { group: 'Prevention', name: 'connect, mount, ptrace, bpf, modules, change of user', judge: judgeSecurityModules },
]

/** What no fanotify hears of can be denied by BPF LSM alone. */
function judgeSecurityModules({ lsm, config }: HostFacts): Verdict {
  const only = 'BPF LSM alone can deny them'
  if (config !== undefined && config.get('CONFIG_BPF_LSM') !== 'y')
    return warning(`cannot be denied, only found: ${only}, and this kernel has none`, 'Needs CONFIG_BPF_LSM=y.')
  if (lsm === undefined)
    return warning(
      `${only}, and it is not known whether the kernel runs it: ${LSM_MODULES} cannot be read`,
      'Run: mount -t securityfs securityfs /sys/kernel/security',
    )
  const modules = lsm.split(',')
  if (modules.includes('bpf')) return ok('can be denied, by BPF LSM, which the kernel runs')
  const wanted = [...modules.filter((module) => module !== 'capability'), 'bpf'].join(',')
  return warning(
    `cannot be denied, only found: ${only}, and this kernel runs ${lsm}`,
    `Boot with lsm=${wanted} on the kernel's command line (docs/guide/prevention.md says how).`,
  )
}

export function checkHost(facts: HostFacts): readonly HealthCheck[] {
  return HOST_CHECKS.map(({ group, name, judge }) => ({ group, name, ...judge(facts) }))
}

function has(capabilities: bigint, name: keyof typeof CAPABILITY): boolean {
  return (capabilities & (1n << CAPABILITY[name])) !== 0n
}

function isAtLeast(release: string, major: number, minor: number): boolean {
  const [, a = '0', b = '0'] = /^(\d+)\.(\d+)/.exec(release) ?? []
  return Number(a) > major || (Number(a) === major && Number(b) >= minor)
}
