import { describe, expect, test } from 'vitest'
import type { FieldDefinition, FieldType, FieldValue } from './field.ts'
import { FIELDS, VOCABULARY } from './fields.ts'
import { exampleEvents, flatEvent, SAMPLE_HOST, sampleEvent, sampleProcess } from './sample-event.ts'

/** Every field that Falco's 93 official rules name in a condition or an output. */
const OFFICIAL =
  'evt.type proc.name evt.num container.id fd.typechar proc.cmdline fd.name proc.pname fd.num container.image.repository ' +
  'evt.is_open_write evt.rawres evt.res fd.directory fd.net evt.is_open_read proc.aname fd.ip proc.args proc.exe fd.l4proto ' +
  'fd.name_changed fd.connected k8s.ns.name fd.snet proc.vpid proc.pcmdline user.name evt.arg.flags fd.filename user.uid fd.sport ' +
  'evt.arg.path proc.tty evt.arg.oldpath container.privileged evt.arg.newpath fd.sip.name fd.type thread.cap_effective ' +
  'evt.arg.request thread.cap_permitted proc.env fd.sip evt.arg.name evt.arg.mode evt.arg.filename user.loginuid fd.nameraw ' +
  'proc.duration proc.pexe evt.arg.target evt.arg.domain proc.cwd proc.is_exe_upper_layer proc.exepath proc.is_exe_from_memfd ' +
  'fd.sockfamily fd.port evt.arg.uid proc.aexe fd.rnet evt.arg.cmd fd.cip fd.cnet fd.cip.name k8s.pod.name container.mount.dest ' +
  'evt.is_open_exec evt.buffer proc.is_vpgid_leader container.name container.image.tag fd.lport fd.rport proc.pexepath evt.args ' +
  'group.gid group.name user.loginname proc.sname container.start_ts evt.arg.linkpath proc.aexepath proc.exe_ino.ctime ' +
  'proc.exe_ino.mtime proc.exe_ino.ctime_duration_proc_start evt.arg.fd fd.rip.name fd.lip.name container.mounts fd.rip'

const argumentFor = ({ argument }: FieldDefinition): (string | number | undefined)[] => {
  if (argument === undefined) return [undefined]
  const given = argument.kind === 'index' ? [0, 1] : argument.kind === 'word' ? ['PATH'] : [0, 'flags']
  return argument.required ? given : [undefined, ...given]
}

const JS_TYPE: Readonly<Record<FieldType, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  ip: 'string',
  net: 'string',
  bytes: 'object',
}

/** evt.rawarg has the type of its argument. */
const fits = (field: FieldDefinition, value: FieldValue | undefined): boolean => {
  if (value === undefined || field.name === 'evt.rawarg') return true
  if (field.type === 'bytes') return Buffer.isBuffer(value)
  if (!Array.isArray(value)) return typeof value === JS_TYPE[field.type] && value !== null
  return field.many !== undefined && value.every((one) => typeof one === JS_TYPE[field.type])
}

describe('the vocabulary', () => {
  test.each(OFFICIAL.split(' '))('knows %s, which the official rules use', (name) => {
    expect(VOCABULARY.field(name)?.name).toBe(name)
  })

  test('has each name once', () => {
    const names = FIELDS.map(({ name }) => name)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  test.each(FIELDS.map((field) => [field.name, field] as const))('%s is explained, with an example of its type', (_, field) => {
    expect(field.doc).toMatch(/^[\w`].*[.)]$/s)
    expect(typeof field.example).toBe(field.type === 'bytes' ? 'string' : JS_TYPE[field.type])
  })

  test.each(['evt.arg.nonsense', 'proc.nmae', 'evt.arg.', 'constructor', '__proto__'])('does not know %s', (name) => {
    expect(VOCABULARY.field(name)).toBeUndefined()
  })

  test.each(FIELDS.map((field) => [field.name, field] as const))(
    '%s reads an event of every kind, with a value of its type or none',
    (_, field) => {
      const bound = argumentFor(field).map((argument) => field.bind(argument))
      for (const event of exampleEvents()) {
        for (const read of bound) {
          const value = read(event)
          expect(fits(field, value), `${event.kind}: ${String(value)}`).toBe(true)
        }
      }
    },
  )

  test.each(FIELDS.filter(({ kinds }) => kinds !== undefined).map((field) => [field.name, field] as const))(
    '%s has a value only in the kinds that it names',
    (_, field) => {
      const outside = exampleEvents().filter(({ kind }) => !field.kinds?.some((start) => kind.startsWith(start)))
      const found = argumentFor(field).flatMap((argument) => outside.filter((event) => field.bind(argument)(event) !== undefined))
      expect(found.map(({ kind }) => kind)).toEqual([])
    },
  )

  test.each(FIELDS.map((field) => [field.name, field] as const))('%s reads a flat event that says nothing', (_, field) => {
    for (const argument of argumentFor(field)) expect(fits(field, field.bind(argument)(flatEvent({})))).toBe(true)
  })
})

const read = (name: string, event: Parameters<ReturnType<FieldDefinition['bind']>>[0], argument?: string | number) =>
  VOCABULARY.field(name)?.bind(argument)(event)

const shadow = sampleEvent('file.open', {
  ...{ type: 'openat', path: '/etc/./shadow', rawPath: '../etc//shadow', result: 3, dirfd: -100, openFlags: 0o2_000_000 },
  ...{ fileMode: 0o100_640, ino: 77, dev: (8 << 20) | 1, linkCount: 2 },
})
const failed = sampleEvent('file.open', { type: 'open', path: '/etc/shadow', rawPath: '/etc/shadow', result: -13, openFlags: 1 })
const directory = sampleEvent('file.open', { path: '/etc', fileMode: 0o040_755, result: 4, openFlags: 0o200_000 })
const dropped = sampleEvent('file.open', { path: '/tmp/x', result: 5, openFlags: 0o1101, mode: 0o755, fileFlags: 32, fileMode: 0o100_755 })

describe('a file', () => {
  test.each([
    ['fd.name', shadow, '/etc/shadow'],
    ['fd.nameraw', shadow, '../etc//shadow'],
    ['fd.directory', shadow, '/etc'],
    ['fd.filename', shadow, 'shadow'],
    ['fd.typechar', shadow, 'f'],
    ['fd.type', shadow, 'file'],
    ['fd.num', shadow, 3],
    ['fd.ino', shadow, 77],
    ['fd.dev', shadow, 2049],
    ['fd.dev.major', shadow, 8],
    ['file.links', shadow, 2],
    ['file.mode', shadow, 0o640],
    ['evt.is_open_read', shadow, true],
    ['evt.is_open_write', shadow, false],
    ['evt.res', shadow, 'SUCCESS'],
    ['evt.arg.name', shadow, '/etc/shadow'],
    ['evt.rawarg.name', shadow, '../etc//shadow'],
    ['evt.arg.flags', shadow, 'O_RDONLY|O_CLOEXEC'],
    ['evt.arg.fd', shadow, '<f>/etc/shadow'],
    ['evt.arg.dirfd', shadow, 'AT_FDCWD'],
    ['fs.path.name', shadow, '/etc/shadow'],
    ['fs.path.nameraw', shadow, '../etc//shadow'],
    ['fd.num', failed, -1],
    ['evt.res', failed, 'EACCES'],
    ['evt.failed', failed, true],
    ['fd.name', failed, '/etc/shadow'],
    ['fd.typechar', failed, 'f'],
    ['evt.arg.fd', failed, 'EACCES'],
    ['fs.path.name', failed, undefined],
    ['evt.is_open_write', failed, true],
    ['evt.arg.dirfd', failed, undefined],
    ['fd.typechar', directory, 'd'],
    ['fd.directory', directory, '/etc'],
    ['fd.filename', directory, undefined],
    ['evt.is_open_create', dropped, true],
    ['evt.is_open_exec', dropped, true],
    ['evt.arg.flags', dropped, 'O_TRUNC|O_CREAT|O_WRONLY|O_F_CREATED'],
    ['fd.sip', dropped, undefined],
  ])('%s of %o', (name, event, expected) => {
    expect(read(name, event)).toBe(expected)
  })
})

const v4 = (...parts: number[]) => Buffer.from([...parts, ...new Array<number>(16 - parts.length).fill(0)])
const v6 = (hex: string) => Buffer.from(hex.padEnd(32, '0'), 'hex')
const ends = {
  family: 2,
  socketType: 1,
  protocol: 6,
  localAddress: v4(10, 0, 0, 1),
  remoteAddress: v4(192, 0, 2, 7),
  localPort: 5000,
  remotePort: 443,
  fd: 3,
}
const outgoing = sampleEvent(
  'net.connect',
  { ...ends, role: 1, state: 1, result: 0 },
  { host: { ...SAMPLE_HOST, domainOf: (ip) => (ip === '192.0.2.7' ? 'example.org' : undefined) } },
)
const incoming = sampleEvent('net.accept', { ...ends, role: 2, state: 1, localPort: 22, remotePort: 40_000 })
const listening = sampleEvent('net.listen', { ...ends, role: 2, state: 10, remoteAddress: v4(), remotePort: 0, localPort: 80 })
const datagram = sampleEvent('net.send', {
  ...ends,
  type: 'sendto',
  socketType: 2,
  protocol: 17,
  state: 7,
  remotePort: 53,
  payload: 'abc',
  messageSize: 3,
})
const six = sampleEvent('net.connect', {
  ...ends,
  family: 10,
  localAddress: v6('20010db8'),
  remoteAddress: v6('20010db8000000000000000000000001'),
  role: 1,
  state: 2,
})
const mapped = sampleEvent('net.connect', {
  ...ends,
  family: 10,
  localAddress: v6('00000000000000000000ffff0a000001'),
  remoteAddress: v6('00000000000000000000ffffc0000207'),
})
const fresh = sampleEvent('net.socket', { family: 2, socketType: 1, protocol: 6, fd: 3, result: 3 })
const local = sampleEvent('net.connect', { family: 1, unixPath: '/run/docker.sock', fd: 9 })

describe('a socket', () => {
  test.each([
    ['fd.name', outgoing, '10.0.0.1:5000->192.0.2.7:443'],
    ['fd.typechar', outgoing, '4'],
    ['fd.sip', outgoing, '192.0.2.7'],
    ['fd.cport', outgoing, 5000],
    ['fd.l4proto', outgoing, 'tcp'],
    ['fd.sockfamily', outgoing, 'ip'],
    ['fd.connected', outgoing, true],
    ['fd.is_server', outgoing, false],
    ['fd.ip', outgoing, ['10.0.0.1', '192.0.2.7']],
    ['fd.sip.name', outgoing, 'example.org'],
    ['fd.cip.name', outgoing, undefined],
    ['evt.arg.tuple', outgoing, '10.0.0.1:5000->192.0.2.7:443'],
    ['evt.arg.fd', outgoing, '<4t>10.0.0.1:5000->192.0.2.7:443'],
    ['fd.name', incoming, '192.0.2.7:40000->10.0.0.1:22'],
    ['fd.sport', incoming, 22],
    ['fd.lport', incoming, 22],
    ['fd.rip', incoming, '192.0.2.7'],
    ['fd.is_server', incoming, true],
    ['fd.name', listening, '10.0.0.1:80'],
    ['fd.sport', listening, 80],
    ['fd.cip', listening, undefined],
    ['fd.rip', listening, undefined],
    ['fd.ip', listening, ['10.0.0.1']],
    ['fd.connected', listening, false],
    ['fd.l4proto', datagram, 'udp'],
    ['fd.connected', datagram, false],
    ['fd.name_changed', datagram, true],
    ['evt.is_io_write', datagram, true],
    ['evt.buflen', datagram, 3],
    ['fd.name', six, '2001:db8:::5000->2001:db8::1:443'],
    ['fd.type', six, 'ipv6'],
    ['fd.connected', six, false],
    ['fd.type', mapped, 'ipv4'],
    ['fd.rip', mapped, '192.0.2.7'],
    ['fd.name', fresh, undefined],
    ['fd.typechar', fresh, '4'],
    ['evt.arg.fd', fresh, '<4t>'],
    ['evt.arg.domain', fresh, 'AF_INET'],
    ['fd.name', local, '/run/docker.sock'],
    ['fd.typechar', local, 'u'],
    ['fd.sockfamily', local, 'unix'],
    ['fd.l4proto', local, undefined],
  ])('%s of %o', (name, event, expected) => {
    expect(read(name, event)).toEqual(expected)
  })
})

const init = sampleProcess({ pid: 1, comm: 'systemd', argv: ['/sbin/init'], exePath: '/usr/lib/systemd/systemd', sid: 1, pgid: 1, tty: 0 })
const shell = sampleProcess({ pid: 50, parent: init, comm: 'bash', argv: ['-bash'], sid: 50, pgid: 50, startNs: 70e9 })
const curl = sampleProcess({
  ...{ pid: 60, parent: shell, comm: 'curl', argv: ['curl', '-s', 'https://example.org'], sid: 50, pgid: 60, cwd: '/tmp' },
  ...{ exePath: '/usr/bin/curl', loginName: 'ana', env: ['A=1', 'B=2=3'] },
})
const run = sampleEvent(
  'process.exec',
  { type: 'execve', sid: 50, tty: (136 << 20) | 1, capEffective: 2 ** 21 + 2 ** 12, loginuid: 0xffff_ffff },
  { process: curl },
)

describe('a process', () => {
  test.each([
    ['proc.name', undefined, 'curl'],
    ['proc.pname', undefined, 'bash'],
    ['proc.exe', undefined, 'curl'],
    ['proc.cmdline', undefined, 'curl -s https://example.org'],
    ['proc.args', undefined, '-s https://example.org'],
    ['proc.args', 1, 'https://example.org'],
    ['proc.args', 9, ''],
    ['proc.pcmdline', undefined, 'bash'],
    ['proc.aname', 0, 'curl'],
    ['proc.aname', 2, 'systemd'],
    ['proc.aname', 3, undefined],
    ['proc.aname', undefined, ['bash', 'systemd']],
    ['proc.apid', 1, 50],
    ['proc.aexepath', 2, '/usr/lib/systemd/systemd'],
    ['proc.sname', undefined, 'bash'],
    ['proc.is_sid_leader', undefined, false],
    ['proc.is_vpgid_leader', undefined, true],
    ['proc.tty', undefined, 34_817],
    ['proc.cwd', undefined, '/tmp/'],
    ['proc.env', undefined, 'A=1 B=2=3'],
    ['proc.env', 'B', '2=3'],
    ['proc.env', 'C', ''],
    ['proc.loginshellid', undefined, 50],
    ['proc.ppid', undefined, 50],
    ['proc.lineage', undefined, 'systemd → bash → curl'],
    ['proc.duration', undefined, 1e9],
    ['proc.ppid.duration', undefined, 11e9],
    ['thread.cap_effective', undefined, 'CAP_NET_ADMIN CAP_SYS_ADMIN'],
    ['user.name', undefined, 'ana'],
    ['user.homedir', undefined, '/home/ana'],
    ['user.loginuid', undefined, -1],
    ['group.name', undefined, 'ana'],
    ['container.id', undefined, 'host'],
    ['container.mount.dest', '/etc', 'N/A'],
    ['container.image.repository', undefined, undefined],
  ])('%s[%s]', (name, argument, expected) => {
    expect(read(name, run, argument)).toEqual(expected)
  })
})

const mount = { source: '/var/run/docker.sock', destination: '/run/docker.sock', mode: 'rw', writable: true, propagation: 'rprivate' }
const boxed = sampleEvent(
  'file.unlink',
  {},
  {
    process: sampleProcess({
      container: {
        id: '3ad7b26ded6d',
        fullId: '3ad7b26ded6d',
        runtime: 'docker',
        mounts: [mount],
        privileged: true,
        labels: { app: 'web' },
      },
    }),
  },
)

describe('a container', () => {
  test.each([
    ['container.id', undefined, '3ad7b26ded6d'],
    ['container.privileged', undefined, true],
    ['container.mounts', undefined, '/var/run/docker.sock:/run/docker.sock:rw:true:rprivate'],
    ['container.mount.dest', '/run/*', '/run/docker.sock'],
    ['container.mount.dest', '/proc*', 'N/A'],
    ['container.mount.source', 0, '/var/run/docker.sock'],
    ['container.label', 'app', 'web'],
    ['container.name', undefined, undefined],
  ])('%s[%s]', (name, argument, expected) => {
    expect(read(name, boxed, argument)).toBe(expected)
  })
})

describe('a flat event', () => {
  test.each([
    ['proc.name', undefined, { 'proc.name': 'x' }, 'x'],
    ['fd.num', undefined, { 'fd.num': '3' }, 3],
    ['proc.name', undefined, { 'proc.name': 7 }, '7'],
    ['evt.rawres', undefined, { 'evt.rawres': 'nonsense' }, undefined],
    ['proc.aname', 2, { 'proc.aname': ['a', 'b'] }, 'b'],
    ['proc.aname', 2, { 'proc.aname[2]': 'c' }, 'c'],
    ['proc.aname', undefined, { 'proc.aname[1]': 'a', 'proc.aname[2]': 'b' }, ['a', 'b']],
    ['proc.pname', undefined, { 'proc.aname[1]': 'a' }, 'a'],
    ['fd.directory', undefined, { 'fd.name': '/etc/shadow' }, '/etc'],
    ['fd.filename', undefined, { 'fd.name': '/etc/shadow' }, 'shadow'],
    ['fd.typechar', undefined, { 'fd.type': 'ipv6' }, '6'],
    ['fd.ip', undefined, { 'fd.sip': '1.2.3.4' }, ['1.2.3.4']],
    ['evt.res', undefined, { 'evt.rawres': -2 }, 'ENOENT'],
    ['evt.buffer', undefined, { 'evt.buffer': 'ab' }, Buffer.from('ab')],
    ['evt.arg.flags', undefined, { 'evt.arg.flags': 'O_RDONLY' }, 'O_RDONLY'],
    ['container.id', undefined, {}, 'host'],
    ['proc.env', 'A', { 'proc.env[A]': 'b' }, 'b'],
    ['toString', undefined, {}, undefined],
  ])('%s[%s] of %j', (name, argument, values, expected) => {
    expect(read(name, flatEvent(values), argument)).toEqual(expected)
  })
})
