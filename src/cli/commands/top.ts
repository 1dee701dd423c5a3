import { setTimeout as sleep } from 'node:timers/promises'
import type { CostReport } from '../../lib/cost-report.ts'
import { parseDurationMs } from '../../lib/quantity.ts'
import { colourOf } from '../colour.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { amount, flag } from '../option.ts'

const INTERVAL_MS = 2000
const SHORTEST_MS = 100
const CLEAR = '\x1b[H\x1b[J'

export const top = defineCommand({
  name: 'top',
  summary: 'Show what a running agent costs, by rule and by kind of event, live.',
  doc: 'Asks the agent that runs on this host, once per interval, and shows what happened meanwhile: events seen by kind, how many the kernel side left out and why, how many reached the rules, tries and matches of each rule, and the share of a processor that kinds and rules took. Columns of events: class, process, object are those that no rule could match, by the form of the call, by who does it, by the file or socket; folded ones were equal to one just sent; sampled ones were left out by --max-cpu; sent ones reached the agent. Shares and tries are estimated from a sample of the events. On a terminal the picture is renewed until Ctrl-C. Needs root.',
  arguments: {},
  options: {
    once: flag('Show one interval, then end.'),
    interval: amount('TIME', 'Length of an interval. Default: 2s.', 'a time of at least 100ms', atLeastShortest),
    pid: amount('PID', 'The process id of the agent, where several run.', 'a process id', processId),
    programs: flag('Run times of kernel programs, too. The kernel measures only meanwhile; each run of a program costs some 20 ns more.'),
  },
  examples: [
    { line: 'top', doc: 'What does it cost, and which rules are it?' },
    { line: 'top --once --json', doc: 'One interval as a JSON object: {"seconds","before","after"}, each with totals.' },
    { line: 'top --once --programs', doc: 'How long do kernel programs run?' },
  ],
  exits: ['ok', 'hostCannot'],
  run: async ({ once, interval = INTERVAL_MS, pid, programs, json, color }, context) => {
    const { topText, topJson } = await import('../top-text.ts')
    const ask = () => context.live.costs({ pid, programs })
    const clear = context.isTty.stdout && !once && !json ? CLEAR : ''
    const show = (before: CostReport, after: CostReport): string =>
      json ? topJson(before, after) : clear + topText(before, after, colourOf(color, context))
    for (let before = await ask(); ; ) {
      await sleep(interval)
      const after = await ask()
      context.stdout.write(show(before, after))
      if (once) return EXIT.ok
      before = after
    }
  },
})

function atLeastShortest(text: string): number | undefined {
  const ms = parseDurationMs(text)
  return ms !== undefined && ms >= SHORTEST_MS ? ms : undefined
}

function processId(text: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined
}
