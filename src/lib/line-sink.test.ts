import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createStreamSink } from './line-sink.ts'

/** A stream whose reader takes nothing until `release` is called. */
function stalled() {
  const taken: string[] = []
  const waiting: (() => void)[] = []
  const stream = new Writable({
    highWaterMark: 1,
    write(chunk, _, done) {
      waiting.push(() => {
        taken.push(String(chunk))
        done()
      })
    },
  })
  const release = () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) next()
  }
  return { stream, taken, release }
}

test('a stalled reader costs counted lines, not memory', () => {
  const { stream, taken, release } = stalled()
  const sink = createStreamSink(stream, { maxQueuedBytes: 10, onGone: () => {} })
  for (let n = 0; n < 100; n++) sink.write('1234567\n')
  expect(sink.stats()).toEqual({ written: 2, dropped: 98, queuedBytes: 16, failed: false })
  release()
  expect(taken[0]).toBe('1234567\n')
})

test('a reader that is gone is said once, and later lines are counted', async () => {
  const gone: unknown[] = []
  const stream = new Writable({ write: (_chunk, _, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' })) })
  const sink = createStreamSink(stream, { maxQueuedBytes: 10, onGone: (error) => gone.push(error.code) })
  sink.write('a\n')
  await new Promise(setImmediate)
  sink.write('b\n')
  sink.write('c\n')
  await sink.close(1000)
  expect(gone).toEqual(['EPIPE'])
  expect(sink.stats()).toMatchObject({ written: 1, dropped: 2 })
})

test('closing waits for what is queued', async () => {
  const { stream, taken, release } = stalled()
  const sink = createStreamSink(stream, { maxQueuedBytes: 1000, onGone: () => {} })
  sink.write('a\n')
  sink.write('b\n')
  const timer = setInterval(release, 5)
  await sink.close(5000)
  clearInterval(timer)
  expect(taken.join('')).toBe('a\nb\n')
})

test('closing gives up after its time', async () => {
  const { stream } = stalled()
  const sink = createStreamSink(stream, { maxQueuedBytes: 1000, onGone: () => {} })
  sink.write('a\n')
  const started = performance.now()
  await sink.close(20)
  expect(performance.now() - started).toBeLessThan(2000)
})

test('who can wait loses nothing to a slow reader', async () => {
  const { stream, taken, release } = stalled()
  const sink = createStreamSink(stream, { maxQueuedBytes: 10, onGone: () => {} })
  const timer = setInterval(release, 1)
  for (let n = 0; n < 50; n++) {
    await sink.room()
    sink.write('1234567\n')
  }
  await sink.close(1000)
  clearInterval(timer)
  expect(taken.join('')).toBe('1234567\n'.repeat(50))
  expect(sink.stats().dropped).toBe(0)
})

test('those who wait for room and give up leave nothing behind', async () => {
  const { stream, release } = stalled()
  const sink = createStreamSink(stream, { maxQueuedBytes: 10, onGone: () => {} })
  sink.write('1234567\n')
  const before = stream.listenerCount('drain')
  const waits = Array.from({ length: 50 }, () => sink.room())
  expect(stream.listenerCount('drain')).toBe(before + 1)
  release()
  await Promise.all(waits)
  expect(stream.listenerCount('drain')).toBe(before)
})
