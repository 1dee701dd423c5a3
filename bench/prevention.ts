/**
 * What it costs a fork+exec loop that every exec and every open of it is asked about: turn by turn without prevention and with it, in a mount namespace
 * of its own in which the program, its loader and its library lie on a tmpfs, the only file system that is marked. Prints Markdown.
 * `node bench/prevention.ts [--quick]`; `--inside` is for itself.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createEngine } from '../src/detect/engine.ts'
import { derivePrevention } from '../src/detect/prevention.ts'
import { VOCABULARY } from '../src/events/fields.ts'
import { loadRules } from '../src/lang/load-rules.ts'
import { openPrevention } from '../src/respond/prevention/prevention.ts'
import { loadAddon } from '../src/sources/ebpf/addon.ts'
import { fillMount, processorUs, runInOwnMount, settingsFor } from './own-mount.ts'
import { median } from './statistics.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'build/bench')
const QUICK = process.argv.includes('--quick')
const PAIRS = QUICK ? 5 : 7
const LOOPS = QUICK ? 1000 : 2500

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
else runInOwnMount(fileURLToPath(import.meta.url), QUICK ? ['--quick'] : [])

async function inside(mount: string): Promise<void> {
  fillMount(mount)
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
  link.use(decisions, settingsFor(mount))
  const hold = setTimeout(() => reject(new Error('the helper says nothing')), 5000)
  await promise.finally(() => clearTimeout(hold))
  return link
}
