/** Rules about several events and events for them, for the tests of this folder. */
import { type CorrelatorOptions, createCorrelator } from '../../src/correlate/correlator.ts'
import { flatEvent } from '../../src/detect/flat-event.ts'
import { flatVocabulary } from '../../src/detect/flat-vocabulary.ts'
import type { FlatEvent } from '../../src/events/event.ts'
import { VOCABULARY } from '../../src/events/fields.ts'
import { type CompiledRule, compileRule } from '../../src/lang/compile-rule.ts'
import { loadRules } from '../../src/lang/load-rules.ts'

const FLAT = flatVocabulary(VOCABULARY)

/** A rule with that body, in YAML. */
export function ruleOf(body: string, name = 'r'): CompiledRule {
  const text = `- rule: ${name}\n  desc: d\n  output: o\n  priority: INFO\n${body.replace(/^/gm, '  ')}`
  const { rules, diagnostics } = loadRules([{ path: 'r.yaml', text }], { vocabulary: FLAT })
  const [rule] = rules
  if (rule === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return compileRule(rule, FLAT)
}

/** `a1@5 v`: an event of type `a`, process 1, at 5 ms, of the file v; several with blanks or commas between. */
export function eventsOf(text: string): readonly FlatEvent[] {
  return text.split(/, */).map((word, index) => {
    const [, type = '', pid = '', ms = '0', name = 'f'] = /^([a-z])(\d)@([\d.]+)(?: (\w+))?$/.exec(word) ?? []
    const values = { 'evt.type': TYPES[type], 'proc.pid': Number(pid), 'proc.name': type, 'fd.name': name, 'evt.rawtime': Number(ms) * 1e6 }
    return flatEvent(values, index + 1)
  })
}

/** By the letter that stands for it. */
const TYPES: Readonly<Record<string, string>> = { a: 'openat', b: 'connect', c: 'execve', u: 'setuid' }

/** A correlator that notes of which event each finding was made: `b1@5`, and what other stands behind it. */
export function observed(options: Pick<CorrelatorOptions<string>, 'maxKeys' | 'maxUsed' | 'saved'> = {}) {
  const found: string[] = []
  const correlator = createCorrelator({
    make: (_, event) => `${event.kind === 'flat' ? `${event.values['proc.name']}${event.values['proc.pid']}` : ''}`,
    emit: ({ made, timeNs, eventIds }) => found.push(`${made}@${timeNs / 1e6} of ${eventIds.join(' ').replaceAll('flat-', '')}`),
    ...options,
  })
  const push = (rule: CompiledRule, events: readonly FlatEvent[]): void => {
    for (const event of events) if (rule.matches(event)) correlator.push(rule, event)
  }
  return { ...correlator, push, found }
}
