import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tokenize } from './tokens.ts'

const kindsOf = (text: string): string =>
  tokenize(text)
    .tokens.map(({ kind, start, end }) => `${kind}:${text.slice(start, end)}`)
    .join(' ')

test.each<[sentence: string, text: string, kinds: string]>([
  ['a check', 'proc.name = bash', 'field:proc.name operator:= text:bash'],
  ['no blanks around a sign', 'proc.pid<=12', 'field:proc.pid operator:<= number:12'],
  ['a value may look like a field', 'fd.name=fd.name', 'field:fd.name operator:= text:fd.name'],
  ['a path holds signs of its own', 'fd.name startswith /etc/<x>', 'field:fd.name operator:startswith text:/etc/<x>'],
  ['a list', 'proc.name in (sh, "b c")', 'field:proc.name operator:in punctuation:( text:sh punctuation:, text:"b c" punctuation:)'],
  ['a modifier', 'fd.name contains anyof (a)', 'field:fd.name operator:contains keyword:anyof punctuation:( text:a punctuation:)'],
  ['a macro between keywords', 'not spawned and x.y exists', 'keyword:not macro:spawned keyword:and field:x.y operator:exists'],
  ['an argument', 'proc.aname[2] = sh', 'field:proc.aname argument:[2] operator:= text:sh'],
  [
    'a transformer on the left',
    'toupper(proc.name) = SH',
    'transformer:toupper punctuation:( field:proc.name punctuation:) operator:= text:SH',
  ],
  [
    'a transformer in a transformer, and a list in it',
    'join("", (tolower(a.b), x)) = y and c.d = z',
    'transformer:join punctuation:( text:"" punctuation:, punctuation:( transformer:tolower punctuation:( field:a.b punctuation:) punctuation:, text:x punctuation:) punctuation:) operator:= text:y keyword:and field:c.d operator:= text:z',
  ],
  [
    'a field on the right',
    'fd.name = val(proc.exepath)',
    'field:fd.name operator:= transformer:val punctuation:( field:proc.exepath punctuation:)',
  ],
  ['groups', 'not (a or b)', 'keyword:not punctuation:( macro:a keyword:or macro:b punctuation:)'],
  ['a parenthesis too many', 'a)', 'macro:a wrong:)'],
  ['two checks without and', 'a.b = c d.e = f', 'field:a.b operator:= text:c wrong:d.e wrong:= wrong:f'],
  ['a quote that does not end', 'a.b = "c and', 'field:a.b operator:= text:"c and'],
  ['a quote in quotes', String.raw`a.b = "c\"d" and e`, String.raw`field:a.b operator:= text:"c\"d" keyword:and macro:e`],
])('%s', (_, text, kinds) => {
  expect(kindsOf(text)).toBe(kinds)
})

test.each<[text: string, expected: string, field: string | undefined, operator: string | undefined]>([
  ['', 'check', undefined, undefined],
  ['proc.name ', 'operator', 'proc.name', undefined],
  ['proc.aname[1] ', 'operator', 'proc.aname[1]', undefined],
  ['proc.name = ', 'value', 'proc.name', '='],
  ['proc.name in (a, ', 'list', 'proc.name', 'in'],
  ['proc.name in (a)', 'connective', 'proc.name', 'in'],
  ['tolower(', 'input', undefined, undefined],
  ['tolower(proc.name) ', 'operator', undefined, undefined],
  ['a.b = c and ', 'check', undefined, undefined],
  ['(a.b = c or ', 'check', undefined, undefined],
])('behind %j may stand: %s', (text, expected, field, operator) => {
  expect(tokenize(text).end).toEqual({ expected, field, operator })
})

test('every text becomes tokens that follow each other and leave out blanks alone', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ab.()[\]"'=<>! ,\\1]*$/), (text) => {
      const { tokens } = tokenize(text)
      let at = 0
      for (const { start, end } of tokens) {
        expect(text.slice(at, start).trim()).toBe('')
        expect(end).toBeGreaterThan(start)
        at = end
      }
      expect(text.slice(at).trim()).toBe('')
    }),
  )
})
