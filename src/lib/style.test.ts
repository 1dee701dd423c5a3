import { expect, test } from 'vitest'
import { type ColourChoice, createStyle, wantsColour } from './style.ts'

const CASES: readonly [string, ColourChoice, boolean, Record<string, string>, boolean][] = [
  ['a terminal has colours', 'auto', true, {}, true],
  ['a pipe has none', 'auto', false, {}, false],
  ['NO_COLOR turns them off', 'auto', true, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR says nothing', 'auto', true, { NO_COLOR: '' }, true],
  ['FORCE_COLOR turns them on', 'auto', false, { FORCE_COLOR: '1' }, true],
  ['a dumb terminal has none', 'auto', true, { TERM: 'dumb' }, false],
  ['--color=always wins over NO_COLOR', 'always', false, { NO_COLOR: '1' }, true],
  ['--color=never wins over a terminal', 'never', true, {}, false],
]

test.each(CASES)('%s', (_, choice, isTty, env, wanted) => {
  expect(wantsColour(choice, isTty, env)).toBe(wanted)
})

test('a style that is off changes nothing', () => {
  expect(createStyle(false).red('x')).toBe('x')
  expect(createStyle(true).red('x')).toBe('\x1b[31mx\x1b[39m')
})
