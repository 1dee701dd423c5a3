import { safeJson } from '../../../lib/escape.ts'
import type { GivenEvidence, Section } from '../section.ts'

export const given: Section = {
  name: 'given',
  doc: 'What the agent knew: recent events, the findings, what was done about them, versions of agent and rules.',
  maxBytes: 256 * 2 ** 20,
  maxMs: 30_000,
  isWanted: (options) => options.given.length > 0,
  collect: async ({ given: all, put, problem }) => {
    for (const one of all) {
      if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(one.name)) await put(`${one.name}.${one.kind}`, textOf(one))
      else problem(one.name, 'this cannot be the name of a file in a bundle')
    }
  },
}

function textOf({ kind, content }: GivenEvidence): string {
  const lines = kind === 'ndjson' && Array.isArray(content) ? content : [content]
  return lines.map((line) => `${safeJson(line)}\n`).join('')
}
