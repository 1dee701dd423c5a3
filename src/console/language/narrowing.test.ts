import { expect, test } from 'vitest'
import { both, narrow, narrowingsOf, widen, withoutChosen } from './narrowing.ts'

type Case = [sentence: string, before: string, click: string, after: string]

const clickOf = (text: string) => {
  const [mode, field, value] = text.split(' ')
  return { mode: mode as 'is' | 'not', field: field ?? '', value }
}

test.each<Case>([
  ['an empty condition becomes the check', '', 'is proc.name bash', 'proc.name = bash'],
  ['what is there stays', 'evt.type = open', 'is proc.name bash', 'evt.type = open and proc.name = bash'],
  ['an or is put in parentheses', 'a.b = c or d.e = f', 'is proc.name bash', '(a.b = c or d.e = f) and proc.name = bash'],
  ['a second value makes a list', 'proc.name = bash and x', 'is proc.name sh', 'proc.name in (bash, sh) and x'],
  ['a list grows', 'proc.name in (shells, bash)', 'is proc.name sh', 'proc.name in (shells, bash, sh)'],
  ['what is chosen already stays as it is written', 'proc.name  =  bash', 'is proc.name bash', 'proc.name  =  bash'],
  ['a value is taken out by a not', 'a', 'not proc.name bash', 'a and not proc.name = bash'],
  ['several are taken out by one not', 'not proc.name = bash', 'not proc.name sh', 'not proc.name in (bash, sh)'],
  ['what was chosen is taken out instead', 'proc.name in (bash, sh)', 'not proc.name sh', 'proc.name = bash and not proc.name = sh'],
  ['only events without the field', 'fd.name = a and b', 'is fd.name', 'b and not fd.name exists'],
  ['a value instead of none', 'not fd.name exists', 'is fd.name a', 'fd.name = a'],
  ['only events with the field', 'b', 'not fd.name', 'b and fd.name exists'],
  ['a field with an argument', 'proc.aname[1] = a', 'is proc.aname[1] b', 'proc.aname[1] in (a, b)'],
  ['an or inside parentheses is left alone', '(a or b) and c', 'is d.e f', '(a or b) and c and d.e = f'],
  ['a check of another form is left alone', 'proc.name startswith b', 'is proc.name bash', 'proc.name startswith b and proc.name = bash'],
])('%s', (_, before, click, after) => {
  expect(narrow(before, clickOf(click))).toBe(after)
})

test.each<Case>([
  ['the last value goes with its check', 'a and proc.name = bash', 'is proc.name bash', 'a'],
  ['one of several goes alone', 'proc.name in (bash, sh, "a b")', 'is proc.name sh', 'proc.name in (bash, "a b")'],
  ['the parentheses of an or that stands alone again stay', '(a or b) and c.d = e', 'is c.d e', '(a or b)'],
  ['what is not in it changes nothing', 'a  and b', 'is c.d e', 'a  and b'],
  ['none goes', 'not fd.name exists', 'is fd.name', ''],
])('taken back: %s', (_, before, click, after) => {
  expect(widen(before, clickOf(click))).toBe(after)
})

test('a value that is no plain word is quoted, and read again', () => {
  for (const value of ['a b', 'quote"d', "it's", 'back\\', '', 'and', '(x)', 'new\nline', '\u202egnp.exe', '[x]', '<b>', 'shells']) {
    const condition = narrow('', { field: 'proc.name', mode: 'is', value }, (text) => text === 'shells')
    expect(narrowingsOf(condition)).toEqual([{ field: 'proc.name', mode: 'is', value }])
    expect(narrow(condition, { field: 'proc.name', mode: 'is', value })).toBe(condition)
    expect(widen(condition, { field: 'proc.name', mode: 'is', value })).toBe('')
  }
  expect(narrow('', { field: 'proc.name', mode: 'is', value: 'shells' }, (text) => text === 'shells')).toBe('proc.name = "shells"')
})

test('what a condition says of its fields', () => {
  expect(narrowingsOf('a.b = 1 and not c.d in (x, "y z") and not e.f exists and (g.h = 1 or i) and j.k contains l')).toEqual([
    { field: 'a.b', mode: 'is', value: '1' },
    { field: 'c.d', mode: 'not', value: 'x' },
    { field: 'c.d', mode: 'not', value: 'y z' },
    { field: 'e.f', mode: 'is', value: undefined },
  ])
})

test('other values of a field are counted without what was chosen of it', () => {
  expect(withoutChosen('a.b = 1 and c and not a.b = 2', 'a.b')).toBe('c and not a.b = 2')
})

test('two conditions together', () => {
  expect([both('a or b', 'c or d'), both('', 'c or d'), both('a', '')]).toEqual(['(a or b) and (c or d)', 'c or d', 'a'])
})
