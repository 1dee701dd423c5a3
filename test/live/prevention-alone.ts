/**
 * Prevention without a sensor, for tests of what happens when JavaScript does not answer: `node prevention-alone.ts MOUNT DEADLINE_MS CONDITION`. Says
 * `ready` on standard output; each line `block MS` on standard input keeps its event loop busy for so long, after it said `blocking`. Answers every
 * question with a denial.
 */
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createEngine } from '../../src/detect/engine.ts'
import { derivePrevention } from '../../src/detect/prevention.ts'
import { VOCABULARY } from '../../src/events/fields.ts'
import { loadRules } from '../../src/lang/load-rules.ts'
import { openPrevention } from '../../src/respond/prevention/prevention.ts'
import { loadAddon } from '../../src/sources/ebpf/addon.ts'

const [mount = '', deadline = '50', condition = ''] = process.argv.slice(2)
const rule = { rule: 'Alone', desc: 'A test.', condition, output: 'o', priority: 'NOTICE', prevent: true }
const ruleSet = loadRules([{ path: 'alone.yaml', text: JSON.stringify([rule]) }], { vocabulary: VOCABULARY })
const { rules, planner } = createEngine(ruleSet, VOCABULARY)
const prevention = derivePrevention(rules, planner)
const link = openPrevention(loadAddon(), fileURLToPath(new URL('../../build/tarsier-prevent', import.meta.url)), {
  onAsk: (_, answer) => answer({ deny: true, keep: false }, () => {}),
  onTold: () => {},
  onBlocked: () => {},
  onFile: () => {},
  onReady: ({ errno }) => console.log(errno === 0 ? `ready ${link.pid}` : `failed ${errno}`),
  onMount: () => {},
  onEnded: () => console.log('ended'),
})
link.use(prevention.decisions, {
  ...{
    act: true,
    deadlineMs: Number(deadline),
    agentPid: process.pid,
    mounts: [mount],
    protectedPrograms: [],
    programsOfRoot: [],
    quiet: [],
  },
})
createInterface({ input: process.stdin })
  .on('line', (line) => {
    console.log('blocking')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(line.split(' ')[1]))
    console.log(`counters ${JSON.stringify(link.counters())}`)
  })
  .on('close', () => link.stop())
