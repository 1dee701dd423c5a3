import fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { requiredText } from './required-text.ts'

test.each([
  ['a plain text', 'auth token', 'auth token'],
  ['the longest of several', 'ab.*cde[0-9]f', 'cde'],
  ['what stands before a group', '(.* )?create token( .*)?', 'create token'],
  ['not what may be missing', 'abc?d*e{0,2}', 'ab'],
  ['what comes at least once', 'abc+d', 'abc'],
  ['a sign with a backslash', 'a\\.b\\|c', 'a.b|c'],
  ['nothing where there is a choice', 'abc|abd', ''],
  ['a choice inside a group is no matter', 'abc(d|e)f', 'abc'],
  ['a bracket that closes a set is no text', '[]a]bc', 'bc'],
  ['a parenthesis in a set opens no group', '[(]abc', 'abc'],
  ['nothing where small letters are capital ones', '(?i)abc', ''],
  ['not even in a part', 'abc(?i:def)', ''],
  ['other flags are no matter', '(?s).*abc', 'abc'],
  ['nothing of escapes by number', 'abc\\x41', ''],
  ['nor of quoted texts', '\\Qa|b\\E', ''],
  ['a class is no text', 'ab\\dcde', 'cde'],
  ['no character beyond ASCII', 'abécde', 'cde'],
  ['a brace that repeats nothing is not read as a text that must be there', 'ab{c|d}', ''],
])('%s', (_, expression, text) => {
  expect(requiredText(expression)).toBe(text)
})

const ATOM = fc.constantFrom('a', 'b', 'ab', '.', '\\.', '[ab]', '[^a]', '[]b]', '\\d', '(a|b)', '(ab)', '(?:ba)', '^', '$', '|', '1')
const REPEAT = fc.constantFrom('', '', '', '*', '+', '?', '*?', '{2}', '{0,1}')
const EXPRESSION = fc.array(fc.tuple(ATOM, REPEAT), { maxLength: 6 }).map((pieces) => pieces.flat().join(''))

function compiled(expression: string): RE2JS | undefined {
  try {
    return RE2JS.compile(expression, RE2JS.MULTILINE | RE2JS.LONGEST_MATCH)
  } catch {
    return undefined
  }
}

test('every text that an expression matches holds it', () => {
  let matched = 0
  const texts = fc.array(fc.array(fc.constantFrom('a', 'b', '.', '1', ']', '\n'), { maxLength: 6 }), { maxLength: 20 })
  fc.assert(
    fc.property(EXPRESSION, texts, (expression, given) => {
      const pattern = compiled(expression)
      for (const text of pattern === undefined ? [] : given.map((characters) => characters.join(''))) {
        if (!pattern?.testExact(text)) continue
        matched++
        expect(text).toContain(requiredText(expression))
      }
    }),
    { numRuns: 3000 },
  )
  expect(matched).toBeGreaterThan(100)
})
