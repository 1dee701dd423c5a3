/**
 * The official rule files of Falco load without an error. They are not part of this repository: TARSIER_FALCO_RULES names a
 * folder that has them (the `rules` folder of a checkout of falcosecurity/rules).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { VOCABULARY } from '../events/fields.ts'
import { compileRule } from '../lang/compile-rule.ts'
import { renderDiagnostic } from '../lang/diagnostic.ts'
import { loadRules } from '../lang/load-rules.ts'

const folder = process.env.TARSIER_FALCO_RULES
const names =
  folder !== undefined && existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.yaml'))
        .sort()
    : []
const file = (name: string) => ({ path: name, text: readFileSync(join(folder ?? '', name), 'utf8') })

const loadErrors = (files: readonly string[]): string[] =>
  loadRules(files.map(file), { vocabulary: VOCABULARY }).diagnostics.flatMap((one) =>
    one.severity === 'error' ? [renderDiagnostic(one)] : [],
  )

describe.skipIf(names.length === 0)('the official rule files (skipped: TARSIER_FALCO_RULES names no folder with them)', () => {
  test.each(names)('%s loads by itself', (name) => {
    expect(loadErrors([name])).toEqual([])
  })

  test('all load together, and every rule compiles', () => {
    expect(loadErrors(names)).toEqual([])
    const { rules } = loadRules(names.map(file), { vocabulary: VOCABULARY })
    expect(rules.length).toBeGreaterThan(80)
    for (const rule of rules) expect(compileRule(rule, VOCABULARY).types).not.toBe('all')
  })
})
