import { expect, test } from 'vitest'
import type { Event } from '../events/event.ts'
import { exampleEvents, sampleEvent, sampleProcess } from '../events/sample-event.ts'
import { flattenEvent } from './event-flat.ts'
import { createEventText } from './event-text.ts'

const text = createEventText(false)
const line = (event: Event) => text(event).replace(/^\S+ /, '')

const CASES: readonly [sentence: string, event: Event, line: string][] = [
  [
    'a call says who, what and with what result',
    sampleEvent('file.open', { type: 'openat', path: '/etc/hostname', rawPath: '/etc/hostname', result: 3, dirfd: -100 }),
    'bash[1234] ana openat(fd=<f>/etc/hostname name=/etc/hostname flags=O_RDONLY) = 3',
  ],
  [
    'a failure says its error',
    sampleEvent('file.unlink', { type: 'unlink', path: '/x', rawPath: '/x', result: -13 }),
    'bash[1234] ana unlink(path=/x) = EACCES',
  ],
  [
    'nothing from outside acts on the terminal',
    sampleEvent(
      'file.unlink',
      { type: 'unlink', path: '/\x1b[2J\n', rawPath: '/\x1b[2J\n', result: 0 },
      { process: sampleProcess({ comm: 'a\tb' }) },
    ),
    'a\\x09b[1234] ana unlink(path=/\\x1b[2J\\x0a) = 0',
  ],
  [
    'what was counted before is said',
    sampleEvent('file.unlink', { type: 'unlink', path: '/x', rawPath: '/x', result: 0, repeat: 7 }),
    'bash[1234] ana unlink(path=/x) = 0 (and 7 before)',
  ],
]

test.each(CASES)('%s', (_, event, wanted) => {
  expect(line(event)).toBe(wanted)
})

test('every kind of event makes one printable line', () => {
  for (const event of exampleEvents()) expect(text(event), event.kind).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
})

test('every kind of event makes a flat object that JSON can hold, without the environment', () => {
  for (const event of exampleEvents()) {
    const flat = flattenEvent(event)
    expect(flat).toMatchObject({ 'evt.type': event.type, 'proc.name': 'bash', 'proc.pid': 1234 })
    expect(Object.keys(flat)).not.toContain('proc.env')
    expect(JSON.parse(JSON.stringify(flat))).toMatchObject({ 'evt.kind': event.kind })
  }
})
