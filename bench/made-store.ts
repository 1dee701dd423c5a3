/** Made events and findings, alike in size and variety to those of a few busy hosts. The same at every run. */
import type { Finding, Priority } from '../src/findings/finding.ts'
import type { HistoryEvent } from '../src/findings/history-event.ts'
import type { Incident } from '../src/findings/incident.ts'
import type { ProcessRecord } from '../src/findings/process-record.ts'
import { SAMPLE_FINDING } from '../src/findings/sample-finding.ts'

export const END_NS = 1_760_000_000_000_000_000
const HOSTS = 5
const RULES = 120
/** Processes of each host, of which some run all the time and most come and go. */
const PROCESSES = 4000
const PROGRAMS = [
  'nginx',
  'python3',
  'node',
  'bash',
  'sh',
  'curl',
  'postgres',
  'java',
  'cron',
  'sshd',
  'torchrun',
  'git',
  'ls',
  'cat',
  'npm',
]
const FOLDERS = [
  '/etc',
  '/usr/lib/python3.11/site-packages/torch/nn',
  '/var/lib/postgresql/16/main/base',
  '/srv/app/node_modules/express/lib',
  '/tmp',
  '/proc',
  '/home/ci/build',
  '/models/llama',
]
const PRIORITIES: readonly Priority[] = ['critical', 'error', 'warning', 'warning', 'notice', 'notice', 'notice', 'informational']

/** A plain generator of whole numbers below `below`. */
export function createNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const hostname = (host: number): string => `worker-${host + 1}.prod.example`
const processKey = (process: number): string => `${1000 + process}@${process * 7_000_000_000}`
/** Every third process lives in one of a hundred containers. */
const containerOf = (host: number, process: number): string | undefined =>
  process % 3 === 0 ? `${host}${String(process % 100).padStart(2, '0')}c0ffee12345`.slice(0, 12) : undefined

export function madeRecords(startNs: number): ProcessRecord[] {
  return Array.from({ length: HOSTS * PROCESSES }, (_, index) => {
    const [host, process] = [index % HOSTS, Math.floor(index / HOSTS)]
    const name = PROGRAMS[process % PROGRAMS.length] ?? 'sh'
    const cmdline = `${name} --config /srv/app/config-${process % 50}.yaml --worker ${process}`
    const containerId = containerOf(host, process)
    const facts = {
      pid: 1000 + process,
      ppid: 1000 + Math.floor(process / 8),
      name,
      exePath: `/usr/bin/${name}`,
      cmdline,
      user: process % 4 ? 'app' : 'root',
      uid: process % 4 ? 1000 : 0,
    }
    return {
      id: `${processKey(process)}#0`,
      processKey: processKey(process),
      parentKey: process === 0 ? undefined : processKey(Math.floor(process / 8)),
      hostname: hostname(host),
      timeNs: startNs,
      startedNs: startNs,
      ...facts,
      containerId,
      containerName: containerId && `app-${process % 100}`,
      image: containerId && 'registry.example/app',
      fields: fieldsOf(facts, containerId),
    }
  })
}

function fieldsOf(
  { pid, ppid, name, exePath, cmdline, user, uid }: Pick<ProcessRecord, 'pid' | 'ppid' | 'name' | 'exePath' | 'cmdline' | 'user' | 'uid'>,
  containerId: string | undefined,
) {
  const own = {
    'proc.pid': pid,
    'proc.ppid': ppid,
    'proc.name': name,
    'proc.exepath': exePath,
    'proc.exe': name,
    'proc.cmdline': cmdline,
    'proc.pname': 'sh',
  }
  const around = {
    'proc.args': cmdline.slice(name.length),
    'proc.cwd': '/srv/app',
    'proc.tty': 0,
    'proc.sid': 1000,
    'proc.aname[1]': 'sh',
    'proc.aname[2]': 'systemd',
  }
  const rights = {
    'user.name': user,
    'user.uid': uid,
    'group.gid': uid,
    'group.name': user,
    'user.loginuid': 1000,
    'thread.cap_effective': '',
  }
  const container =
    containerId === undefined
      ? {}
      : {
          'container.id': containerId,
          'container.name': `app-${pid % 100}`,
          'container.image.repository': 'registry.example/app',
          'k8s.ns.name': 'prod',
        }
  return { ...own, ...around, ...rights, ...container }
}

export type Numbers = ReturnType<typeof createNumbers>

/** Event number `index`; two of three are opened files, the others connections, ends, signals. */
export function madeEvent(index: number, timeNs: number, numbers: Numbers): HistoryEvent {
  const host = numbers(HOSTS)
  // A few processes do most.
  const process = numbers(4) === 0 ? numbers(PROCESSES) : numbers(60)
  const base = {
    id: `7f3a9c01-${host}-${index}`,
    hostname: hostname(host),
    timeNs,
    processId: `${processKey(process)}#0`,
    processKey: processKey(process),
  }
  const thread = { 'thread.tid': 1000 + process }
  const turn = numbers(12)
  if (turn < 8) {
    const folder = FOLDERS[numbers(FOLDERS.length)] ?? '/'
    const file = `${['module', 'data', 'config', 'part'][numbers(4)]}-${numbers(3000)}.py`
    const name = `${folder}/${file}`
    const flags = { 'evt.arg.flags': 'O_RDONLY|O_CLOEXEC', 'evt.arg.mode': '0' }
    const fd = {
      'fd.name': name,
      'fd.directory': folder,
      'fd.filename': file,
      'fd.type': 'file',
      'fd.typechar': 'f',
      'fd.num': 3 + numbers(40),
      'fs.path.name': name,
    }
    return { ...base, kind: 'file.open', type: 'openat', fields: { ...thread, ...fd, ...flags, 'evt.is_open_write': numbers(9) === 0 } }
  }
  if (turn < 11) {
    const ip = `10.${numbers(4)}.${numbers(250)}.${numbers(250)}`
    const port = [443, 5432, 6379, 80][numbers(4)] ?? 443
    const local = 32_768 + numbers(28_000)
    const fd = {
      'fd.rip': ip,
      'fd.rport': port,
      'fd.sip': ip,
      'fd.sport': port,
      'fd.lip': '10.0.0.5',
      'fd.lport': local,
      'fd.l4proto': 'tcp',
    }
    const name = `10.0.0.5:${local}->${ip}:${port}`
    return {
      ...base,
      kind: 'net.connect',
      type: 'connect',
      fields: { ...thread, ...fd, 'fd.name': name, 'fd.type': 'ipv4', 'fd.typechar': '4', 'evt.failed': numbers(30) === 0 },
    }
  }
  return {
    ...base,
    kind: 'signal.kill',
    type: 'kill',
    fields: { ...thread, 'evt.arg.sig': 'SIGTERM', 'evt.arg.pid': String(1000 + numbers(PROCESSES)) },
  }
}

export function madeFinding(index: number, timeNs: number, numbers: Numbers): Finding {
  const host = numbers(HOSTS)
  const process = numbers(PROCESSES)
  // Some rules find much, most of them little.
  const rule = Math.min(numbers(RULES), numbers(RULES), numbers(RULES))
  const name = PROGRAMS[process % PROGRAMS.length] ?? 'sh'
  const file = `${FOLDERS[numbers(FOLDERS.length)]}/secret-${numbers(5000)}`
  return {
    ...SAMPLE_FINDING,
    id: `${Math.trunc(timeNs / 1e6).toString(36)}-${index.toString(36)}`,
    rule: `Rule number ${rule} about what a process does`,
    priority: PRIORITIES[rule % PRIORITIES.length] ?? 'notice',
    tags: ['host', `tactic_${rule % 12}`, `group_${rule % 30}`],
    attack: [{ id: `T1${String(100 + (rule % 60)).padStart(3, '0')}` }, ...(rule % 3 ? [] : [{ id: 'T1059.004' }])],
    output: `A file that holds secrets was read (file=${file} process=${name} command=${name} --worker ${process} user=app container=${process % 100})`,
    outputFields: { 'fd.name': file, 'proc.name': name, 'proc.cmdline': `${name} --worker ${process}`, 'user.name': 'app' },
    timeNs,
    hostname: hostname(host),
    eventIds: [`7f3a9c01-${host}-${index}`],
    containerId: containerOf(host, process),
    processKey: processKey(process),
    foldKey: `${rule}|${processKey(process)}`,
  }
}

export function madeIncident(number: number, timeNs: number, numbers: Numbers): Incident {
  const host = hostname(numbers(HOSTS))
  return {
    id: `incident-${number}`,
    title: `Secrets were read by a process of ${host}`,
    state: (['open', 'acknowledged', 'closed'] as const)[numbers(3)] ?? 'open',
    assignee: undefined,
    hostname: host,
    keys: [{ kind: 'process-tree', value: `${host}/${processKey(number % PROCESSES)}` }],
    risk: numbers(100),
    priority: 'warning',
    techniques: ['T1003'],
    rules: ['Rule number 1 about what a process does'],
    findings: 25,
    firstNs: timeNs,
    lastNs: timeNs + 60e9,
    containerId: undefined,
    processKey: processKey(number % PROCESSES),
  }
}
