import { setImmediate as nextTurn } from 'node:timers/promises'
import { safeJson } from '../../../lib/escape.ts'
import { maskJson } from '../masking.ts'
import type { Gathering, GivenEvidence, Section } from '../section.ts'

export const given: Section = {
  name: 'given',
  doc: 'What the agent knew: recent events, the findings, what was done about them, versions of agent and rules; with secrets masked.',
  maxBytes: 256 * 2 ** 20,
  maxMs: 30_000,
  isWanted: (options) => options.given.length > 0,
  collect: async (gathering) => {
    for (const one of gathering.given) {
      if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(one.name)) await keep(gathering, one)
      else gathering.problem(one.name, 'this cannot be the name of a file in a bundle')
    }
  },
}

/** Megabytes, in the process that judges events: it has its turn meanwhile. */
const LINES_A_TURN = 500

async function keep({ signal, put, redacted }: Gathering, { name, kind, content }: GivenEvidence): Promise<void> {
  const lines: readonly unknown[] = kind === 'ndjson' && Array.isArray(content) ? content : [content]
  const rules: string[] = []
  const texts: string[] = []
  for (const [index, line] of lines.entries()) {
    if (index % LINES_A_TURN === 0) await nextTurn()
    if (signal.aborted) return
    texts.push(`${safeJson(maskJson(line, (rule) => void rules.push(rule)))}\n`)
  }
  redacted(`${name}.${kind}`, rules)
  await put(`${name}.${kind}`, texts.join(''))
}
