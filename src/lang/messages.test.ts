import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MESSAGES } from './messages.ts'

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'messages.ts')
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
  .join('\n')
const cases = readdirSync(join(import.meta.dirname, 'cases'))
  .map((name) => readFileSync(join(import.meta.dirname, 'cases', name), 'utf8'))
  .join('\n')

/** Not shown by a case, as they need files of many megabytes or thousands of problems, or fields that are not there yet; limits.test.ts and load-rules.test.ts have them. */
const ELSEWHERE = [
  'LOAD_FILE_TOO_LARGE',
  'LOAD_YAML_TOO_COMPLEX',
  'LOAD_TOO_MANY',
  'LOAD_LIST_TOO_LARGE',
  'LOAD_UNSAFE_NA_CHECK',
  'RULE_TOO_LONG',
  'RULE_TOO_DEEP',
  'RULE_TOO_BIG',
]
/** Of response files, which are no rule files: load-responses.test.ts pins their texts. */
const responses = readFileSync(join(import.meta.dirname, 'load-responses.test.ts'), 'utf8')

test.each(Object.keys(MESSAGES))('%s is reported somewhere, and shown by a case', (code) => {
  expect(sources).toContain(`'${code}'`)
  if (!ELSEWHERE.includes(code)) expect(code.startsWith('RESPONSE_') ? responses : cases).toContain(`[${code}]`)
})

test.each(Object.entries(MESSAGES))('%s is a sentence with a fix', (_, { message, fix }) => {
  expect(message).not.toMatch(/\.$/)
  expect(fix.length).toBeGreaterThan(3)
})
