import { expect, test } from 'vitest'
import { createLog, type LogOptions } from './log.ts'

function logged(options: Partial<LogOptions>): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = []
  const log = createLog({ write: (line) => lines.push(line), format: 'text', level: 'info', colour: false, nowNs: () => 0, ...options })
  return { lines, log }
}

test('text says the level, the message and the facts', () => {
  const { lines, log } = logged({})
  log.info('ready', { hooks: 3, none: undefined })
  log.warning('output is full')
  expect(lines).toEqual(['tarsier: ready (hooks=3)\n', 'tarsier: warning: output is full\n'])
})

test('JSON is one object a line with the time', () => {
  const { lines, log } = logged({ format: 'json' })
  log.error('x', { path: '\udcff' })
  expect(lines).toEqual(['{"time":"1970-01-01T00:00:00.000000000Z","level":"error","message":"x","path":"\\\\xff"}\n'])
})

test('what is below the level is not written', () => {
  const { lines, log } = logged({ level: 'error' })
  log.warning('x')
  log.debug('x')
  expect(lines).toEqual([])
})

test('a fact cannot forge a line or colour the terminal', () => {
  const { lines, log } = logged({})
  log.info('opened', { path: '/tmp/a\ntarsier: error: \x1b[31mfake' })
  expect(lines).toEqual(['tarsier: opened (path=/tmp/a\\x0atarsier: error: \\x1b[31mfake)\n'])
})
