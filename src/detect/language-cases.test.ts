/**
 * Runs src/lang/cases/*.yaml: the rule language by example. To add a case, add to a file there; its README says how.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { VOCABULARY } from '../events/fields.ts'
import { renderDiagnostic } from '../lang/diagnostic.ts'
import { loadRules } from '../lang/load-rules.ts'
import { createEngine } from './engine.ts'
import { flatEvent } from './flat-event.ts'
import { flatVocabulary } from './flat-vocabulary.ts'

const FLAT = flatVocabulary(VOCABULARY)
const FOLDER = join(import.meta.dirname, '../lang/cases')

const fields = z.record(z.string(), z.unknown())
const caseSchema = z.strictObject({
  name: z.string(),
  condition: z.string().optional(),
  output: z.string().optional(),
  rules: z.string().optional(),
  files: z.record(z.string(), z.string()).optional(),
  strict: z.boolean().optional(),
  /** Errors, and with `warnings: true` warnings, as they are shown. */
  problems: z.string().optional(),
  warnings: z.boolean().optional(),
  matches: z.array(fields).optional(),
  misses: z.array(fields).optional(),
  says: z.array(z.strictObject({ event: fields, output: z.string().optional(), fields: fields.optional() })).optional(),
  fires: z.array(z.strictObject({ event: fields, rules: z.array(z.string()) })).optional(),
  loaded: z.array(z.string()).optional(),
})
type Case = z.infer<typeof caseSchema>

/** A condition, or an output, alone stands in a rule named `case`. */
function filesOf({ condition = 'proc.name exists', output = 'case', rules, files }: Case) {
  if (files !== undefined) return Object.entries(files).map(([path, text]) => ({ path, text }))
  if (rules !== undefined) return [{ path: 'rules.yaml', text: rules }]
  const block = condition
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
  const text = `- rule: case\n  desc: case\n  priority: INFO\n  warn_evttypes: false\n  output: ${JSON.stringify(output)}\n  condition: |-\n${block}\n`
  return [{ path: 'rules.yaml', text }]
}

function run(given: Case) {
  const ruleSet = loadRules(filesOf(given), { vocabulary: FLAT, strict: given.strict ?? false })
  const shown = ruleSet.diagnostics.filter(({ severity }) => severity === 'error' || given.warnings === true)
  const engine = createEngine(ruleSet, FLAT)
  const fired = (event: Readonly<Record<string, unknown>>): string[] => {
    const names: string[] = []
    engine.evaluate(flatEvent(event, 1), ({ rule }) => names.push(rule.name))
    return names
  }
  return { ruleSet, engine, fired, problems: shown.map((problem) => renderDiagnostic(problem)).join('\n') }
}

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))) {
  const cases = z.array(caseSchema).parse(parse(readFileSync(join(FOLDER, file), 'utf8')))
  describe(file, () => {
    test.each(cases.map((one) => [one.name, one] as const))('%s', (_, given) => {
      const { ruleSet, engine, fired, problems } = run(given)
      expect(problems).toBe((given.problems ?? '').trimEnd())
      for (const event of given.matches ?? []) expect([event, fired(event)]).toEqual([event, ['case']])
      for (const event of given.misses ?? []) expect([event, fired(event)]).toEqual([event, []])
      for (const { event, rules } of given.fires ?? []) expect([event, fired(event)]).toEqual([event, rules])
      for (const { event, ...said } of given.says ?? []) {
        const formatted = engine.rules[0]?.format(flatEvent(event, 1))
        if (said.output !== undefined) expect(formatted?.output).toBe(said.output)
        if (said.fields !== undefined) expect(formatted?.fields).toEqual(said.fields)
      }
      if (given.loaded !== undefined) expect(ruleSet.rules.map(({ name }) => name)).toEqual(given.loaded)
    })
    test('the compiled rule, the engine and the explanation agree', () => {
      for (const given of cases) {
        const { engine, fired } = run(given)
        const events = [...(given.matches ?? []), ...(given.misses ?? []), ...(given.fires ?? []).map(({ event }) => event)]
        for (const event of events) {
          const flat = flatEvent(event, 1)
          const alone = engine.rules.filter((rule) => rule.matches(flat) && rule.rule.source === flat.source).map(({ rule }) => rule.name)
          const explained = engine.rules
            .filter((rule) => rule.explain(flat).matched && rule.rule.source === flat.source)
            .map(({ rule }) => rule.name)
          expect([given.name, alone, explained]).toEqual([given.name, fired(event), fired(event)])
        }
      }
    })
  })
}
