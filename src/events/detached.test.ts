import { expect, test } from 'vitest'
import { detached } from './detached.ts'
import { flatEvent, sampleEvent } from './sample-event.ts'

test('a detached event goes on saying what it said when its batch is overwritten', () => {
  const event = sampleEvent('file.open', { path: '/etc/shadow', seq: 7 })
  if (event.kind !== 'file.open') throw new Error(event.kind)
  const kept = detached(event)
  event.record.batch.bytes.fill(0xff)
  expect(event.record.path).not.toBe('/etc/shadow')
  if (kept.kind !== 'file.open') throw new Error(kept.kind)
  expect([kept.record.path, kept.record.seq, kept.id, kept.timeNs]).toEqual(['/etc/shadow', 7, event.id, event.timeNs])
  expect(kept.process).toBe(event.process)
})

test('a flat event is kept as it is', () => {
  const event = flatEvent({ 'evt.type': 'open' })
  expect(detached(event)).toBe(event)
})
