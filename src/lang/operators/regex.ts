import { RE2JS, RE2JSSyntaxException } from 're2js'
import type { Operator } from '../operator.ts'
import { requiredText } from '../required-text.ts'

/** Compiled patterns, by their text: a list of patterns may be used by many rules. */
function compilePattern(pattern: string): RE2JS {
  return RE2JS.compile(pattern, RE2JS.MULTILINE | RE2JS.LONGEST_MATCH)
}

export const regex = {
  name: 'regex',
  doc: 'True when the whole field matches the regular expression (RE2: time is linear in the length of the field). Anchored at both ends.',
  right: 'text',
  types: ['string'],
  rightField: false,
  parse: (text) => {
    try {
      compilePattern(text)
      return { constant: text }
    } catch (error) {
      if (error instanceof RE2JSSyntaxException) return { problem: 'regex', reason: error.message }
      throw error
    }
  },
  examples: [
    ['/tmp/a1', '/tmp/[a-z][0-9]+', true],
    ['x/tmp/a1', '/tmp/[a-z][0-9]+', false],
    ['/tmp/a1x', '/tmp/[a-z][0-9]', false],
    ['abc', '^a.*c$', true],
    ['ab', '(a|ab)(c|bcd)?', true],
  ],
  compile: ([constant]) => {
    const pattern = compilePattern(constant as string)
    const needed = requiredText(constant as string)
    return (value) => (value as string).includes(needed) && pattern.testExact((value as string).toWellFormed())
  },
} satisfies Operator
