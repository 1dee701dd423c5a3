/**
 * What it costs a fork+exec loop that every exec and every open of it is asked about: turn by turn without prevention and with it, in a mount namespace
 * of its own in which the program, its loader and its library lie on a tmpfs, the only file system that is marked. Prints Markdown.
 * `node bench/prevention.ts [--quick]`; `--inside` is for itself.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine } from '../src/detect/engine.ts'
import { derivePrevention } from '../src/detect/prevention.ts'
import { VOCABULARY } from '../src/events/fields.ts'
import { loadRules } from '../src/lang/load-rules.ts'
import { openPrevention } from '../src/respond/prevention/prevention.ts'
import { loadAddon } from '../src/sources/ebpf/addon.ts'
import { median } from './statistics.ts'
import { buildWorkloads } from './workloads.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'build/bench')
const QUICK = process.argv.includes('--quick')
const PAIRS = QUICK ? 5 : 7
const LOOPS = QUICK ? 1000 : 2500
/** `fork and execve of /bin/true`, with what it loads. */
const FILES = ['/usr/bin/true', '/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/libc.so.6', '/etc/ld.so.cache']

/** Each needs more of the process than the one before. */
const CASES = [
  {
    name: 'rules about paths',
    conditions: [
      'evt.type in (execve, execveat) and proc.exepath startswith /tmp/',
      'evt.type in (open, openat, openat2) and fd.name startswith /models/ and not proc.exepath = /usr/bin/model-server',
    ],
  },
  {
    name: 'every exec needs facts of the process',
    conditions: ['evt.type in (execve, execveat) and user.ruid = 4242'],
  },
  {
    name: 'every exec and every open needs facts of the process',
    conditions: ['evt.type in (execve, execveat) and user.ruid = 4242', 'evt.type in (open, openat, openat2) and user.ruid = 4242'],
  },
]

if (process.argv.includes('--inside')) await inside(process.argv.at(-1) as string)
else outside()

function outside(): void {
  buildWorkloads(FOLDER)
  const mount = mkdtempSync(join(tmpdir(), 'tarsier-bench-prevention-'))
  try {
    const args = [
      '-m',
      '--propagation',
      'private',
      process.execPath,
      fileURLToPath(import.meta.url),
      ...(QUICK ? ['--quick'] : []),
      '--inside',
      mount,
    ]
    const { status } = spawnSync('unshare', args, { stdio: ['ignore', 'inherit', 'inherit'], timeout: 110_000, killSignal: 'SIGKILL' })
    if (status !== 0) process.exitCode = 1
  } finally {
    rmSync(mount, { recursive: true })
  }
}

async function inside(mount: string): Promise<void> {
  execFileSync('mount', ['-t', 'tmpfs', 'none', mount])
  mkdirSync(join(mount, 'files'))
  for (const [index, path] of FILES.entries()) {
    const copy = join(mount, 'files', String(index))
    copyFileSync(realpathSync(path), copy)
    execFileSync('chmod', ['755', copy])
    execFileSync('mount', ['--bind', copy, realpathSync(path)])
  }
  writeFileSync(join(mount, 'ready'), '')
  console.log(
    '| rules | pairs | bare | with prevention | ratio | asked by the kernel | of them remembered | denied | helper’s processor time per exec |',
  )
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const { name, conditions } of CASES) console.log(await measure(name, conditions, mount))
}

async function measure(name: string, conditions: readonly string[], mount: string): Promise<string> {
  const bare: number[] = []
  const held: number[] = []
  const helper: number[] = []
  let counters = { events: 0, remembered: 0, denied: 0 }
  seconds()
  for (let pair = 0; pair < PAIRS; pair++) {
    bare.push(seconds())
    const link = await start(conditions, mount)
    try {
      const begun = processorUs(link.pid)
      held.push(seconds())
      helper.push((processorUs(link.pid) - begun) / LOOPS)
      counters = link.counters()
    } finally {
      link.stop()
    }
  }
  const [before, after] = [median(bare), median(held)]
  const { events, remembered, denied } = counters
  return `| ${name} | ${PAIRS} | ${before.toFixed(3)} s | ${after.toFixed(3)} s | **×${(after / before).toFixed(2)}** | ${events} | ${remembered} | ${denied} | ${median(helper).toFixed(1)} µs |`
}

/** proc(5), schedstat: so far, in µs. A busy machine makes the times longer, and this hardly. */
function processorUs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000
}

function seconds(): number {
  const begun = performance.now()
  const { status } = spawnSync(join(FOLDER, 'forkexec'), [String(LOOPS)], { stdio: 'ignore', timeout: 60_000, killSignal: 'SIGKILL' })
  if (status !== 0) throw new Error('the loop failed')
  return (performance.now() - begun) / 1000
}

async function start(conditions: readonly string[], mount: string) {
  const rules = conditions.map((condition, index) => {
    return { rule: `Rule ${index}`, desc: 'For the bench.', condition, output: 'o', priority: 'NOTICE', prevent: true }
  })
  const ruleSet = loadRules([{ path: 'bench.yaml', text: JSON.stringify(rules) }], { vocabulary: VOCABULARY })
  const engine = createEngine(ruleSet, VOCABULARY)
  const { decisions, enforcement } = derivePrevention(engine.rules, engine.planner)
  if (enforcement.length !== conditions.length || enforcement.some(({ enforced }) => !enforced))
    throw new Error(JSON.stringify(enforcement))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const link = openPrevention(loadAddon(), join(ROOT, 'build/tarsier-prevent'), {
    onAsk: (_, answer) => answer({ deny: false, keep: true }, () => {}),
    onTold: () => {},
    onBlocked: () => {},
    onFile: () => {},
    onReady: ({ errno, watched }) =>
      errno === 0 && watched === 1 ? resolve() : reject(new Error(`errno ${errno}, ${watched} file systems`)),
    onMount: () => {},
    onEnded: () => reject(new Error('the helper ended')),
  })
  // The loop is no child of the agent: its children are never asked about.
  const settings = { act: true, deadlineMs: 50, agentPid: 0x7fff_ffff, mounts: [mount], protectedPrograms: [], quiet: [] }
  link.use(decisions, settings)
  const hold = setTimeout(() => reject(new Error('the helper says nothing')), 5000)
  await promise.finally(() => clearTimeout(hold))
  return link
}
