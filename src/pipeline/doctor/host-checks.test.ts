import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { DENIAL_KINDS } from '../../events/denial.ts'
import { denialCheck } from './doctor.ts'
import { checkHost, HOST_CHECKS } from './host-checks.ts'
import { type HostFacts, readHostFacts } from './host-facts.ts'

const root = mkdtempSync(join(tmpdir(), 'tarsier-host-'))
afterAll(() => rmSync(root, { recursive: true }))

const GOOD: HostFacts = {
  platform: 'linux',
  arch: 'x64',
  release: '6.1.0-18-amd64',
  btf: true,
  tracefs: true,
  bpffs: true,
  lockdown: '[none] integrity confidentiality',
  lsm: 'capability,yama,bpf',
  jit: '1',
  uringDisabled: '0',
  capabilities: (1n << 41n) - 1n,
  inUserNamespace: false,
  config: undefined,
  cgroup2: '/sys/fs/cgroup',
  fanotify: true,
  uprobes: true,
  kprobes: true,
  functionTracing: true,
  compat32: true,
}

const statusOf = (facts: HostFacts, name: string) => checkHost(facts).find((check) => check.name.startsWith(name))?.status

test('a host that has it all is well', () => {
  expect(checkHost(GOOD).filter((check) => check.status !== 'ok')).toEqual([])
})

const DIRECT = new Map([['CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS', 'y']])

const LACKS: readonly [sentence: string, facts: Partial<HostFacts>, check: string, status: string][] = [
  ['another system cannot run it', { platform: 'darwin' }, 'system', 'failed'],
  ['another processor cannot run it', { arch: 'arm64' }, 'system', 'failed'],
  ['an old kernel cannot run it', { release: '5.4.0' }, 'kernel', 'failed'],
  ['the oldest kernel can', { release: '5.8.0' }, 'kernel', 'ok'],
  ['no BTF, no sensor', { btf: false }, 'type information', 'failed'],
  ['no tracefs, no hooks', { tracefs: false }, 'tracefs', 'failed'],
  ['bpffs is not needed', { bpffs: false }, 'bpffs', 'warning'],
  ['integrity lockdown is fine', { lockdown: 'none [integrity] confidentiality' }, 'lockdown', 'ok'],
  ['confidentiality lockdown is not', { lockdown: 'none integrity [confidentiality]' }, 'lockdown', 'failed'],
  ['an unreadable lockdown is not judged', { lockdown: undefined }, 'lockdown', 'ok'],
  ['without capabilities nothing loads', { capabilities: 0n }, 'load programs', 'failed'],
  ['CAP_BPF alone is not enough', { capabilities: 1n << 39n }, 'load programs', 'failed'],
  ['CAP_BPF and CAP_PERFMON are', { capabilities: (1n << 39n) | (1n << 38n) }, 'load programs', 'ok'],
  ['the root of a user namespace is not root', { inUserNamespace: true }, 'load programs', 'failed'],
  ['old kernels charge locked memory', { capabilities: 1n << 21n, release: '5.10.0' }, 'locked memory', 'warning'],
  ['an interpreter is slow', { jit: '0' }, 'BPF compiler', 'warning'],
  ['BPF LSM can deny more', { lsm: 'capability,yama' }, 'connect', 'warning'],
  ['a kernel built without it cannot, whatever it runs', { config: new Map([['CONFIG_BPF', 'y']]) }, 'connect', 'warning'],
  ['where nobody can tell what it runs, that is said', { lsm: undefined }, 'connect', 'warning'],
  ['without fanotify nothing is denied', { fanotify: false }, 'programs run', 'warning'],
  ['fentry needs direct calls', { config: new Map([['CONFIG_BPF', 'y']]) }, 'fentry', 'warning'],
  ['who may not look does not say that it is absent', { config: DIRECT, functionTracing: false, capabilities: 0n }, 'fentry', 'ok'],
  ['who may look does', { config: DIRECT, functionTracing: false }, 'fentry', 'warning'],
  ['no kprobes, no harm', { kprobes: false }, 'kprobes', 'ok'],
]

test.each(LACKS)('%s', (_, facts, check, status) => {
  expect(statusOf({ ...GOOD, ...facts }, check)).toBe(status)
})

test('the command line to boot with is that of this host, and bpf', () => {
  const fix = checkHost({ ...GOOD, lsm: 'capability,lockdown,yama' }).find(
    ({ group, status }) => group === 'Prevention' && status !== 'ok',
  )?.fix
  expect(fix).toContain('lsm=lockdown,yama,bpf on')
})

test('what the kernel refuses of BPF LSM is told once', () => {
  expect(denialCheck(new Map()).status).toBe('ok')
  const refused = new Map(DENIAL_KINDS.map((kind) => [kind, 'not permitted']))
  expect(denialCheck(refused).detail).toBe(
    `the kernel takes 0 of ${DENIAL_KINDS.length}, not those for ${DENIAL_KINDS.join(', ')} (not permitted)`,
  )
  expect(denialCheck(new Map([['net.connect', 'not permitted']])).detail).toMatch(/takes \d+ of \d+, not those for net\.connect \(not/)
})

test('what is not well says how to mend it', () => {
  const bare: HostFacts = {
    ...GOOD,
    btf: false,
    tracefs: false,
    bpffs: false,
    capabilities: 0n,
    lsm: undefined,
    uprobes: false,
    fanotify: false,
    cgroup2: undefined,
    jit: '0',
    release: '4.19.0',
  }
  for (const check of checkHost(bare)) if (check.status !== 'ok') expect(check.fix, check.name).toMatch(/\w{3}/)
  expect(new Set(HOST_CHECKS.map((check) => check.name)).size).toBe(HOST_CHECKS.length)
})

test('the facts come from the files of the host', () => {
  const files: Record<string, string | Buffer> = {
    'proc/sys/kernel/osrelease': '6.1.0-test\n',
    'sys/kernel/btf/vmlinux': '',
    'proc/mounts': 'bpf /sys/fs/bpf bpf rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n',
    'proc/self/status': 'Name:\tx\nCapEff:\t0000008000000000\n',
    'proc/self/uid_map': '         0       1000          1\n',
    'proc/config.gz': gzipSync('CONFIG_FANOTIFY=y\n# CONFIG_FANOTIFY_ACCESS_PERMISSIONS is not set\n'),
    'sys/kernel/security/lsm': 'capability,bpf',
    'sys/kernel/security/lockdown': 'none [integrity] confidentiality\n',
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  expect(readHostFacts(root)).toMatchObject({
    release: '6.1.0-test',
    btf: true,
    tracefs: false,
    bpffs: true,
    cgroup2: '/sys/fs/cgroup',
    capabilities: 1n << 39n,
    inUserNamespace: true,
    lockdown: 'none [integrity] confidentiality',
    lsm: 'capability,bpf',
    fanotify: false,
  })
})
