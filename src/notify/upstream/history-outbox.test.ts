import { expect, test } from 'vitest'
import { type Chunks, chunksIn, newChunkMemory } from './chunks.ts'
import { createHistoryOutbox } from './history-outbox.ts'

/** The thread's side is played here: it has a room, and what it was handed. */
function outbox() {
  const chunks: Chunks = chunksIn(newChunkMemory())
  const thread = { room: Number.POSITIVE_INFINITY, lost: 0, posted: [] as { chunk: number; lines: string[] }[] }
  let forgotten = 0
  const box = createHistoryOutbox({
    chunks,
    post: (chunk, bytes) => {
      const lines = chunks.memoryOf(chunk).toString('utf8', 0, bytes).trimEnd().split('\n')
      thread.posted.push({ chunk, lines: lines.map((line) => line.replace(/,"timeNs":\d+/, '')) })
    },
    room: () => thread.room,
    lostThere: () => thread.lost,
    onLost: () => void forgotten++,
  })
  const take = (): string[] =>
    thread.posted.splice(0).flatMap(({ chunk, lines }) => {
      chunks.free(chunk)
      return lines
    })
  return { box, chunks, thread, take, forgotten: () => forgotten }
}

test('lines come out in order, over as many chunks as they fill', () => {
  const { box, take, thread } = outbox()
  const lines = Array.from({ length: 6000 }, (_, index) => `"event":{"id":"${index} ä ${'x'.repeat(300)}"}}`)
  for (const line of lines) box.add(line)
  box.flush()
  expect(thread.posted.length).toBeGreaterThan(1)
  expect(take()).toEqual(lines)
  box.flush()
  expect(take()).toEqual([])
})

test('when every chunk is the thread’s, lines are lost, counted, and told as a gap before the next', () => {
  const { box, take, thread, chunks, forgotten } = outbox()
  const line = 'x'.repeat(chunks.size / 4)
  for (let turn = 0; turn < 50; turn++) box.add(line)
  box.flush()
  const kept = thread.posted.reduce((sum, { lines }) => sum + lines.length, 0)
  expect(box.lost()).toBe(50 - kept)
  take()
  box.add('next')
  box.add('last')
  box.flush()
  expect(take()).toEqual([`"gap":${50 - kept}}`, 'next', 'last'])
  expect([box.lost(), forgotten()]).toEqual([50 - kept, 1])
})

test('without room on the disk a chunk is given up, with the gap that it told of', () => {
  const { box, take, thread } = outbox()
  thread.room = 0
  for (const line of ['a', 'b']) box.add(line)
  box.flush()
  box.add('c')
  box.flush()
  expect([take(), box.lost()]).toEqual([[], 3])
  thread.room = 1000
  box.add('d')
  box.flush()
  expect(take()).toEqual(['"gap":3}', 'd'])
})

test('what the thread lost is told, too, and what it had when it died', () => {
  const { box, take, thread } = outbox()
  thread.lost = 5
  box.add('a')
  box.flush()
  expect(take()).toEqual(['"gap":5}', 'a'])
  box.add('b')
  box.flush()
  thread.posted.length = 0
  box.reclaim()
  box.add('c')
  box.flush()
  expect(take()).toEqual(['"gap":1}', 'c'])
})

test('a line that no chunk can hold is lost', () => {
  const { box, take, chunks } = outbox()
  box.add('x'.repeat(chunks.size))
  box.add('y'.repeat(chunks.size - 1))
  box.flush()
  expect(take()).toEqual(['y'.repeat(chunks.size - 1)])
  expect(box.lost()).toBe(1)
})
