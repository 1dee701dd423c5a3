/** What the kernel side drops by an interest changes no finding: the model's filter before the process tree, and none. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEngine, type Engine } from '../src/detect/engine.ts'
import { deriveInterest } from '../src/detect/interest.ts'
import { createEnricher } from '../src/enrich/enrich.ts'
import { sampleHost } from '../src/enrich/sample-host.ts'
import type { RecordValues } from '../src/events/encode.ts'
import { VOCABULARY } from '../src/events/fields.ts'
import { CLASSES } from '../src/events/filter-classes.ts'
import { HEADER_FLAGS } from '../src/events/header.ts'
import type { Interest } from '../src/events/interest.ts'
import { passes } from '../src/events/interest-model.ts'
import type { KindName } from '../src/events/kinds.ts'
import { exampleEvents, sampleEvent, sampleRecord } from '../src/events/sample-event.ts'
import { loadRules } from '../src/lang/load-rules.ts'
import { tablesOf } from '../src/sources/ebpf/filters/tables.ts'

const engineOf = (conditions: readonly string[]): Engine => {
  const rules = conditions.map((condition, index) => ({ rule: `r${index}`, desc: '-', condition, output: '-', priority: 'INFO' }))
  const ruleSet = loadRules([{ path: 'test', text: JSON.stringify(rules) }], { vocabulary: VOCABULARY })
  expect(ruleSet.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return createEngine(ruleSet, VOCABULARY)
}

const list = (items: readonly string[]) => fc.subarray([...items], { minLength: 1, maxLength: 3 }).map((some) => `(${some.join(', ')})`)
const joined = (...parts: readonly fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(' '))
const word = fc.constantFrom
const PATHS = ['/etc/shadow', '/etc/ssh', '/root/.ssh/id_rsa', '/home/a/.aws/credentials', '/tmp/a', '/', '/etc', 'memfd:x']
const TEXTS = [
  '/etc',
  '/etc/',
  '/.ssh',
  '/.ssh/',
  '/id_rsa',
  '.ssh/id_rsa',
  '/.aws/credentials',
  'shadow',
  's',
  '/',
  '"/e*"',
  '"*/id_rsa"',
  '"/etc/s[hx]adow"',
]
const PLACES = word('fd.name', 'fs.path.name', 'fd.filename', 'fd.directory', 'fd.nameraw', 'tolower(fd.name)', 'basename(fd.name)')
const check = fc.oneof(
  joined(PLACES, word('=', '!='), word(...PATHS, 'id_rsa', 'credentials', 'shadow')),
  joined(PLACES, word('in', '= anyof', '= oneof'), list([...PATHS, 'id_rsa', 'shadow'])),
  joined(PLACES, word('startswith', 'endswith', 'contains', 'glob', 'icontains'), word(...TEXTS)),
  joined(word('fd.name', 'fd.directory'), word('pmatch'), list(['/etc', '/root/.ssh', '/', '"/home/*/.aws"', '/tmp'])),
  joined(
    word('evt.is_open_read', 'evt.is_open_write', 'evt.is_open_create', 'evt.failed', 'file.process_memory', 'fd.is_server'),
    word('= true', '= false', '!= true'),
  ),
  joined(word('evt.rawres', 'fd.num'), word('=', '!=', '<', '<=', '>', '>='), word('0', '-1', '-2', '3', '-115')),
  joined(word('evt.rawres in'), list(['0', '-115', '-2'])),
  joined(word('fd.type'), word('=', '!='), word('file', 'directory', 'ipv4', 'ipv6', 'unix', 'netlink')),
  joined(word('fd.typechar in'), list(['f', 'd', '4', '6', 'u', 'n'])),
  joined(word('proc.name', 'proc.pname', 'proc.aname'), word('=', '!=', 'startswith'), word('sh', 'curl', 'bash', 's')),
  joined(word('proc.name in'), list(['sh', 'curl', 'bash'])),
  joined(word('user.ruid', 'user.uid'), word('=', '!=', '>'), word('0', '1000')),
  joined(word('fd.sport', 'fd.port', 'fd.lport', 'fd.cport'), word('=', '!=', '<'), word('443', '22')),
  joined(word('fd.sport in'), list(['443', '22', '80'])),
  joined(
    word('fd.snet', 'fd.net', 'fd.cnet', 'fd.rnet'),
    word('=', '!='),
    word('10.0.0.0/8', '"::/0"', '"fd00::/8"', '"2000::/3"', '0.0.0.0/0'),
  ),
  joined(word('fd.sip', 'fd.ip', 'fd.lip'), word('=', '!='), word('10.0.0.1', '"fd00::1"', '192.0.2.1')),
  joined(word('evt.type'), word('=', '!='), word('open', 'openat', 'socket', 'connect', 'accept')),
  joined(word('evt.arg.domain'), word('=', '!=', 'contains', 'startswith'), word('AF_INET', 'AF_INET6', 'AF_PACKET', 'AF_UNIX', '6')),
  joined(word('evt.arg.type'), word('=', '!=', '<', '>='), word('0', '1', '3', '5')),
  joined(word('evt.arg.domain', 'evt.arg.type', 'evt.arg.proto'), word('exists')),
  joined(word('fd.name', 'fd.sip', 'fs.path.name', 'fd.filename', 'evt.rawres', 'fs.path.target', 'memory.backing'), word('exists')),
  word('proc.name = val(proc.pname)', 'evt.kind = file.open', 'file.type = regular'),
)

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    check,
    tie('condition').map((inner) => `not (${inner})`),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join(' and ')})`),
    fc.array(tie('condition'), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join(' or ')})`),
  ),
}))

interface Step {
  readonly kind: KindName
  readonly pid: number
  /** Done by another thread of the process than the first. */
  readonly thread: boolean
  readonly values: RecordValues
}

const address = word([10, 0, 0, 1], [192, 0, 2, 1], [0, 0, 0, 0]).map((bytes) => Buffer.from([...bytes, ...Array(12).fill(0)]))
const address6 = word('fd000000000000000000000000000001', '00000000000000000000ffff0a000001', '00000000000000000000000000000000').map(
  (hex) => Buffer.from(hex, 'hex'),
)
const step = <K extends KindName>(kind: K, values: fc.Arbitrary<RecordValues>): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constant(kind), pid: word(10, 20), thread: fc.boolean(), values })
const socket = fc
  .record({
    result: word(0, -115, -111, 5),
    flags: word(HEADER_FLAGS.hasResult, 0),
    family: word(1, 2, 10, 16),
    role: word(0, 1, 2),
    localPort: word(0, 443, 5000),
    remotePort: word(0, 443, 22),
    four: fc.tuple(address, address),
    six: fc.tuple(address6, address6),
    unixPath: word('', '/run/docker.sock'),
  })
  .map(({ four, six, ...rest }) => {
    const [localAddress, remoteAddress] = rest.family === 10 ? six : four
    return { ...rest, localAddress, remoteAddress, result: rest.flags === 0 ? 0 : rest.result }
  })
const made = fc
  .record({
    result: word(3, -97),
    flags: word(HEADER_FLAGS.hasResult, HEADER_FLAGS.hasResult, 0),
    family: word(0, 1, 2, 10, 17, 77),
    socketType: word(1, 2, 3, 5),
    protocol: word(0, 6),
  })
  .map((values) => ({ ...values, result: values.flags === 0 ? 0 : values.result }))
const opened = fc
  .record({
    path: word(...PATHS, '/etc/passwd', '/home/b/.aws/other', '/x/id_rsa/y', '/etcetera'),
    rawPath: word('shadow', '/etc/shadow', ''),
    result: word(3, 0, -2, -13),
    openFlags: word(0, 1, 2, 0o101, 0o200_000, 0o10_000_000),
    fileFlags: word(0, 32, 64),
    fileMode: word(0, 0o100_644, 0o040_755, 0o020_600),
    flags: word(HEADER_FLAGS.hasResult, HEADER_FLAGS.hasResult, 0),
  })
  .map((values) => ({ ...values, result: values.flags === 0 ? 0 : values.result }))
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: step('file.open', opened) },
    { weight: 4, arbitrary: step('net.connect', socket) },
    { weight: 2, arbitrary: step('net.socket', made) },
    { weight: 2, arbitrary: step('net.accept', socket) },
    { weight: 2, arbitrary: step('cred.prctl', fc.record({ comm: word('sh', 'curl', 'bash', 'MainThread') })) },
    { weight: 1, arbitrary: step('cred.set_ids', fc.record({ uid: word(0, 1000), euid: word(0, 1000) })) },
  ),
  { minLength: 5, maxLength: 30 },
)

/** The findings of a stream, and how many of its events the filter let pass. */
function findings(engine: Engine, stream: readonly Step[], interest: Interest): { readonly found: string[]; readonly passed: number } {
  const enricher = createEnricher({ host: sampleHost(), bootTimeNs: 1e18, bootId: 'b00710ad' })
  const known = { pidNs: 100, mntNs: 200, userNs: 300, netNs: 400, cgroupId: 1, loginuid: 7 }
  const at = (pid: number, ppid: number, comm: string) => ({
    ...known,
    pid,
    tid: pid,
    vpid: pid,
    startNs: pid,
    ppid,
    parentStartNs: ppid,
    comm,
  })
  enricher.observeSnapshot([
    sampleRecord('process.snapshot', at(1, 0, 'systemd')),
    sampleRecord('process.snapshot', at(10, 1, 'bash')),
    sampleRecord('process.snapshot', at(20, 10, 'curl')),
  ])
  const state = new Map<number, RecordValues>([
    [10, { comm: 'bash', uid: 0, euid: 0 }],
    [20, { comm: 'curl', uid: 0, euid: 0 }],
  ])
  const found: string[] = []
  let passed = 0
  for (const [index, { kind, pid, thread, values }] of stream.entries()) {
    const { comm, uid, euid, ...own } = values
    const now = { ...state.get(pid), ...(comm === undefined ? {} : { comm }), ...(uid === undefined ? {} : { uid, euid }) }
    state.set(pid, now)
    const header = { ...at(pid, pid === 10 ? 1 : 10, ''), ...now, timeNs: 1e9 + index, flags: HEADER_FLAGS.hasResult }
    // The kernel side compares the name of the first thread; a record has that of its own.
    if (!passes(interest, kind, sampleRecord(kind, { ...header, ...own }))) continue
    passed++
    const other = thread && kind !== 'cred.prctl' && kind !== 'cred.set_ids'
    const record = sampleRecord(kind, { ...header, ...own, ...(other ? { tid: pid + 1, comm: 'worker' } : {}) })
    engine.evaluate(enricher.enrich(record), ({ rule }) => found.push(`${index} ${rule.name}`))
  }
  return { found, passed }
}

const NONE: Interest = new Map()
const RUNS = Number(process.env.TARSIER_PROPERTY_RUNS ?? 150)

describe('with the filters of an interest', () => {
  test(
    'any rules find in any stream what they find without',
    () => {
      const seen = { all: 0, passed: 0, found: 0 }
      fc.assert(
        fc.property(fc.array(condition, { minLength: 1, maxLength: 6 }), steps, (conditions, stream) => {
          const engine = engineOf(conditions)
          const { interest } = deriveInterest(engine.rules, engine.planner)
          const filtered = findings(engine, stream, interest)
          const { found } = findings(engine, stream, NONE)
          expect(filtered.found).toEqual(found)
          seen.all += stream.length
          seen.passed += filtered.passed
          seen.found += found.length
        }),
        { numRuns: RUNS },
      )
      expect(seen.found).toBeGreaterThan(0)
      expect(seen.passed).toBeLessThan(seen.all)
    },
    400 * RUNS,
  )

  test.each([
    ['evt.type = openat and fd.name = /etc/shadow', { result: 3, path: '/etc/shadow' }, { result: 3, path: '/etc/passwd' }],
    [
      'evt.type = openat and fd.name endswith /.aws/credentials and fd.num >= 0',
      { result: 3, path: '/h/.aws/credentials' },
      { result: -2, path: '/h/.aws/credentials' },
    ],
    [
      'evt.type = openat and evt.is_open_write = true and fd.directory = /etc',
      { result: 3, path: '/etc/x', openFlags: 1 },
      { result: 3, path: '/etc/x' },
    ],
    [
      'evt.type = openat and fd.filename endswith .pem and not fd.name startswith /usr',
      { result: 3, path: '/a.pem' },
      { result: 3, path: '/a.pub' },
    ],
    [
      'evt.type = openat and fs.path.name pmatch (/etc/cron.d)',
      { result: 3, path: '/etc/cron.d/x' },
      { result: -2, path: '/etc/cron.d/x' },
    ],
    ['evt.type = openat and user.ruid = 5 and proc.name in (a, b)', { result: 3, uid: 5, comm: 'b' }, { result: 3, uid: 5, comm: 'c' }],
    ['evt.type = openat and proc.name = node', { result: 3, comm: 'MainThread' }, { result: 3, comm: 'worker' }],
  ])('%s lets pass what may match, and not the rest', (text, wanted, other) => {
    const engine = engineOf([text])
    const { interest } = deriveInterest(engine.rules, engine.planner)
    const pass = (values: RecordValues): boolean =>
      passes(interest, 'file.open', sampleRecord('file.open', { flags: 4, fileMode: 0o100_644, path: '/x', ...values }))
    expect([pass(wanted), pass(other)]).toEqual([true, false])
  })

  test.each([
    ['evt.arg.domain contains AF_PACKET', { family: 17 }, { family: 2 }],
    ['evt.arg.type = 3', { socketType: 3 }, { socketType: 1 }],
    ['evt.arg.domain = AF_INET6 and evt.rawres >= 0', { family: 10 }, { family: 10, result: -97 }],
    ['evt.arg.domain = AF_VSOCK', { family: 17 }, { family: 1 }],
  ])('of new sockets, %s lets pass what may match, and not the rest', (text, wanted, other) => {
    const engine = engineOf([`evt.type = socket and ${text}`])
    const { interest } = deriveInterest(engine.rules, engine.planner)
    const pass = (values: RecordValues): boolean =>
      passes(interest, 'net.socket', sampleRecord('net.socket', { flags: 4, result: 3, socketType: 1, ...values }))
    expect([pass(wanted), pass(other)]).toEqual([true, false])
  })

  test.each(['/', '//', '/*', '/10*', '/[0-9]*'])('fd.name pmatch (%s) may hold for an address, too', (path) => {
    const engine = engineOf([`evt.type = connect and fd.name pmatch ("${path}")`])
    const { interest } = deriveInterest(engine.rules, engine.planner)
    expect(passes(interest, 'net.connect', sampleRecord('net.connect', { flags: 4, family: 2 }))).toBe(true)
  })

  test.each([
    ['file.open', 'evt.type = openat and user.ruid in (-1, 0.5, 4294967296, 1e300, 7)', { uids: [7] }],
    ['net.connect', 'evt.type = connect and fd.port in (-1, 0.5, 443)', { ports: [443] }],
  ] as const)('of %s, numbers that no user or port can have are asked of nobody', (kind, text, tests) => {
    const engine = engineOf([text])
    const { interest } = deriveInterest(engine.rules, engine.planner)
    expect(interest.get(kind)).toMatchObject([tests])
    expect(tablesOf(interest, [], 0).unfiltered).toEqual([])
  })

  test('a field is missing from all events of the kinds that it does not name', () => {
    const events = [
      ...exampleEvents().filter(({ kind }) => CLASSES.has(kind)),
      ...[2, 10, 1].map((family) => sampleEvent('net.accept', { family })),
    ]
    for (const name of VOCABULARY.names) {
      const field = VOCABULARY.field(name)
      for (const event of events)
        if (field?.kinds !== undefined && !field.kinds.some((prefix) => event.kind.startsWith(prefix)) && field.argument?.required !== true)
          expect([name, event.kind, field.bind(undefined)(event)]).toEqual([name, event.kind, undefined])
    }
  })
})
