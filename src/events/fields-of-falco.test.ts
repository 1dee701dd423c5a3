import { describe, expect, test } from 'vitest'
import type { Event } from './event.ts'
import { VOCABULARY } from './fields.ts'
import type { HostView, ProcessUsage } from './host-view.ts'
import { exampleEvents, flatEvent, SAMPLE_HOST, sampleEvent, sampleProcess } from './sample-event.ts'

/** Every field of events, processes, threads, users, groups, descriptors and paths that Falco 0.44 knows. */
const FALCO =
  'evt.abspath evt.arg evt.args evt.around evt.asynctype evt.buffer evt.buflen evt.buflen.file evt.buflen.file.in ' +
  'evt.buflen.file.out evt.buflen.in evt.buflen.net evt.buflen.net.in evt.buflen.net.out evt.buflen.out evt.category evt.count ' +
  'evt.count.error evt.count.error.file evt.count.error.memory evt.count.error.net evt.count.error.other evt.count.exit ' +
  'evt.count.procinfo evt.count.threadinfo evt.cpu evt.datetime evt.datetime.s evt.deltatime evt.deltatime.ns evt.deltatime.s ' +
  'evt.dir evt.failed evt.hostname evt.info evt.infra.docker.container.id evt.infra.docker.container.image ' +
  'evt.infra.docker.container.name evt.infra.docker.name evt.io_dir evt.is_async evt.is_io evt.is_io_read evt.is_io_write ' +
  'evt.is_open_create evt.is_open_exec evt.is_open_read evt.is_open_write evt.is_syslog evt.is_wait evt.latency evt.latency.human ' +
  'evt.latency.ns evt.latency.quantized evt.latency.s evt.num evt.outputtime evt.plugininfo evt.pluginname evt.rawarg evt.rawres ' +
  'evt.rawtime evt.rawtime.ns evt.rawtime.s evt.reltime evt.reltime.ns evt.reltime.s evt.res evt.source evt.time evt.time.iso8601 ' +
  'evt.time.s evt.type evt.type.is evt.wait_latency fd.cip fd.cip.name fd.cnet fd.connected fd.containerdirectory fd.containername ' +
  'fd.cport fd.cproto fd.dev fd.dev.major fd.dev.minor fd.directory fd.filename fd.ino fd.ip fd.is_lower_layer fd.is_server ' +
  'fd.is_upper_layer fd.l4proto fd.lip fd.lip.name fd.lnet fd.lport fd.lproto fd.name fd.name_changed fd.nameraw fd.net fd.num ' +
  'fd.port fd.proto fd.rip fd.rip.name fd.rnet fd.rport fd.rproto fd.sip fd.sip.name fd.snet fd.sockfamily fd.sport fd.sproto ' +
  'fd.type fd.typechar fd.types fd.uid fdlist.cips fdlist.cports fdlist.names fdlist.nums fdlist.sips fdlist.sports fs.path.name ' +
  'fs.path.nameraw fs.path.source fs.path.sourceraw fs.path.target fs.path.targetraw group.gid group.name proc.aargs proc.acmdline ' +
  'proc.aenv proc.aexe proc.aexepath proc.aname proc.apid proc.args proc.cmdlenargs proc.cmdline proc.cmdnargs proc.cwd ' +
  'proc.duration proc.env proc.exe proc.exe_ino proc.exe_ino.ctime proc.exe_ino.ctime_duration_pidns_start ' +
  'proc.exe_ino.ctime_duration_proc_start proc.exe_ino.mtime proc.exeline proc.exepath proc.fdlimit proc.fdopencount proc.fdusage ' +
  'proc.is_exe_from_memfd proc.is_exe_lower_layer proc.is_exe_upper_layer proc.is_exe_writable proc.is_pgid_leader ' +
  'proc.is_sid_leader proc.is_vpgid_leader proc.loginshellid proc.name proc.nchilds proc.nthreads proc.pcmdline proc.pexe ' +
  'proc.pexepath proc.pgid proc.pgid.exe proc.pgid.exepath proc.pgid.name proc.pid proc.pid.ts proc.pidns_init_start_ts proc.pname ' +
  'proc.ppid proc.ppid.duration proc.ppid.ts proc.pvpid proc.sid proc.sid.exe proc.sid.exepath proc.sname proc.stderr.name ' +
  'proc.stderr.type proc.stdin.name proc.stdin.type proc.stdout.name proc.stdout.type proc.tty proc.vmrss proc.vmsize proc.vmswap ' +
  'proc.vpgid proc.vpgid.exe proc.vpgid.exepath proc.vpgid.name proc.vpid syscall.type thread.cap_effective thread.cap_inheritable ' +
  'thread.cap_permitted thread.cgroup thread.cgroups thread.cpu thread.cpu.system thread.cpu.user thread.exectime thread.ismain ' +
  'thread.nametid thread.pfmajor thread.pfminor thread.tid thread.totexectime thread.vmrss thread.vmrss.b thread.vmsize ' +
  'thread.vmsize.b thread.vtid user.homedir user.loginname user.loginuid user.name user.shell user.uid'

const read = (name: string, event: Event, argument?: string | number) => VOCABULARY.field(name)?.bind(argument)(event)

test.each(FALCO.split(' '))('%s is known', (name) => {
  expect(VOCABULARY.field(name)?.name).toBe(name)
})

test('a field that is always missing has no value in any event, and its doc says why', () => {
  const missing = VOCABULARY.names.flatMap((name) => VOCABULARY.field(name) ?? []).filter(({ doc }) => doc.startsWith('Always missing'))
  const given = missing.flatMap((field) => exampleEvents().filter((event) => field.bind(field.argument && 'x')(event) !== undefined))
  expect([missing.length > 40, given]).toEqual([true, []])
  for (const { doc } of missing) expect(doc).toMatch(/^Always missing: .+\. Kept for old rules\.$/)
})

test('a flat event may give a field that is always missing', () => {
  expect(read('evt.latency', flatEvent({ 'evt.latency': 7 }))).toBe(7)
})

const usage: ProcessUsage = {
  ...{ threads: 3, vmSizeKb: 8192, vmRssKb: 4096, vmSwapKb: 1, openFiles: 12, openFilesLimit: 1000 },
  thread: { minorFaults: 20, majorFaults: 2, cpuUser: 70, cpuSystem: 40 },
}

describe('what a process uses', () => {
  const asked: unknown[][] = []
  const ask: HostView['usage'] = (...question) => {
    asked.push(question)
    return usage
  }
  const host: HostView = { ...SAMPLE_HOST, usage: ask }
  const event = sampleEvent('file.open', {}, { host })
  const ofThread = sampleEvent('file.open', { tid: 1300 }, { host })
  const unlimited = sampleEvent('file.open', {}, { host: { ...host, usage: () => ({ ...usage, openFilesLimit: -1, thread: undefined }) } })

  test.each([
    ['proc.fdopencount', event, 12],
    ['proc.fdlimit', event, 1000],
    ['proc.fdusage', event, 1.2],
    ['proc.vmsize', event, 8192],
    ['proc.vmrss', event, 4096],
    ['proc.vmswap', event, 1],
    ['proc.nthreads', event, 3],
    ['proc.nchilds', event, 2],
    ['thread.pfmajor', event, 2],
    ['thread.pfminor', event, 20],
    ['thread.cpu', event, 100],
    ['thread.cpu.user', event, 70],
    ['thread.cpu.system', event, 40],
    ['thread.vmsize', event, 8192],
    ['thread.vmrss.b', event, 4096 * 1024],
    ['thread.vmsize', ofThread, 0],
    ['thread.vmrss.b', ofThread, 0],
    ['proc.vmsize', ofThread, 8192],
    ['proc.fdlimit', unlimited, -1],
    ['proc.fdusage', unlimited, undefined],
    ['thread.cpu', unlimited, undefined],
    ['thread.nametid', ofThread, 'bash1300'],
  ])('%s of %o', (name, of, expected) => {
    expect(read(name, of)).toBe(expected)
  })

  test('is asked once per event, with process, thread and time', () => {
    asked.length = 0
    const again = sampleEvent('file.open', { tid: 1301 }, { host })
    for (const name of ['proc.vmsize', 'proc.vmrss', 'thread.cpu']) read(name, again)
    expect(asked).toEqual([[1234, 80_000_000_000, 1301, 81_000_000_000]])
  })

  test('is not asked of a process that has ended', () => {
    asked.length = 0
    const process = sampleProcess({ exitNs: 5 })
    expect([read('proc.vmsize', sampleEvent('file.open', {}, { host, process })), asked]).toEqual([undefined, []])
  })

  test('is marked as read from the host, and nothing else is', () => {
    const marked = VOCABULARY.names.filter((name) => VOCABULARY.field(name)?.readsHost)
    const reading = VOCABULARY.names.filter((name) => {
      asked.length = 0
      const field = VOCABULARY.field(name)
      field?.bind(field.argument && 0)(sampleEvent('file.open', {}, { host }))
      return asked.length > 0
    })
    expect(reading).toEqual(marked)
  })
})

const MESSAGE = { family: 2, messageSize: 42, remotePort: 53, remoteAddress: Buffer.from([192, 0, 2, 7]) }
const sent = sampleEvent('net.send', MESSAGE)
const overUnix = sampleEvent('net.recv', { family: 1, messageSize: 7, unixPath: '/run/x' })
const failed = sampleEvent('file.open', { type: 'open', result: -13 })
const opened = sampleEvent('file.open', { type: 'open', result: 3, fileMode: 0o100_644 })
const piped = sampleProcess({ stdin: 5, stdout: 3, stderr: 7 })
const shell = sampleEvent('file.open', { result: 3, fileMode: 0o100_644 }, { process: piped })
const socketAsInput = sampleEvent('fd.dup', { family: 2, fd: 1 }, { process: piped })

describe('counts, sizes, types and times', () => {
  test.each([
    ['evt.buflen.out', sent, 42],
    ['evt.buflen.in', sent, undefined],
    ['evt.buflen.net', sent, 42],
    ['evt.buflen.net.out', sent, 42],
    ['evt.buflen.net.in', sent, undefined],
    ['evt.buflen.in', overUnix, 7],
    ['evt.buflen.net', overUnix, undefined],
    ['evt.count.error', failed, 1],
    ['evt.count.error.file', failed, 1],
    ['evt.count.error.file', opened, 0],
    ['evt.count.error.net', failed, undefined],
    ['evt.count.error.other', failed, undefined],
    ['evt.count.error.other', sampleEvent('kernel.bpf', { result: -1 }), 1],
    ['evt.count.exit', opened, 1],
    ['evt.type.is.open', opened, 1],
    ['evt.type.is.openat', opened, 0],
    ['evt.type.is.openat', flatEvent({ 'evt.type': 'openat' }), 1],
    ['evt.reltime', opened, 1_000_000_000],
    ['evt.reltime.s', opened, 1],
    ['evt.reltime.ns', opened, 0],
    ['proc.is_container_healthcheck', opened, false],
    ['proc.stdin.type', shell, 'ipv4'],
    ['proc.stdout.type', shell, 'pipe'],
    ['proc.stderr.type', shell, 'ipv6'],
    ['proc.stdin.type', sampleEvent('file.open', {}, { process: sampleProcess({ stdin: 8 }) }), 'directory'],
    ['proc.stdin.type', sampleEvent('file.open', {}, { process: sampleProcess({ stdin: 0 }) }), undefined],
  ])('%s of %o', (name, event, expected) => {
    expect(read(name, event)).toBe(expected)
  })

  test('fd.types has the type of the descriptor and of the standard streams, each once', () => {
    expect(read('fd.types', shell)).toEqual(['file', 'ipv4', 'pipe', 'ipv6'])
    expect([0, 1, 2, 3, 4].map((fd) => read('fd.types', shell, fd))).toEqual(['ipv4', 'pipe', 'ipv6', 'file', undefined])
    expect(read('fd.types', socketAsInput, 1)).toBe('ipv4')
  })

  test.each(['evt.type.is.', 'evt.type.is.9', 'evt.type.is.a-b'])('%s is unknown', (name) => {
    expect(VOCABULARY.field(name)).toBeUndefined()
  })
})
