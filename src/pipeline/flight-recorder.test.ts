import { expect, test } from 'vitest'
import type { AnyKernelEvent } from '../events/event.ts'
import type { Process } from '../events/process.ts'
import { createFlightRecorder, workloadsOf } from './flight-recorder.ts'

const process = (more: Partial<Process>): Process => ({ pid: 10, sid: 10, container: undefined, parent: undefined, ...more }) as Process
const at = (seconds: number, more: Partial<Process> = {}) =>
  ({ timeNs: seconds * 1e9, process: process(more) }) as unknown as AnyKernelEvent

function recorder(chunks = 4) {
  const one = createFlightRecorder({ chunkBytes: 100, chunks, windowNs: 60e9 })
  const put = (seconds: number, sid: number, text: string): void => {
    one.begin(at(seconds, { sid }))
    one.line(text)
  }
  return { ...one, put }
}

test('each workload has its own past, in order', () => {
  const { put, past } = recorder()
  put(1, 1, 'a')
  put(2, 2, 'b')
  put(3, 1, 'ü')
  expect(past(['session 1'], 3e9)).toEqual(['a', 'ü'])
  expect(past(['session 2'], 3e9)).toEqual(['b'])
  expect(past(['session 3'], 3e9)).toEqual([])
})

test('one that is loud loses its own past, not that of others', () => {
  const { put, past, stats } = recorder()
  put(1, 1, 'quiet')
  for (let number = 0; number < 100; number++) put(2, 2, `loud ${number} ${'x'.repeat(60)}`)
  expect(past(['session 1'], 3e9)).toEqual(['quiet'])
  const left = past(['session 2'], 3e9)
  expect(left.at(-1)).toMatch(/^loud 99 /)
  expect(left.length + stats().overwritten).toBe(100)
})

test('what is out of the window gives way first, and is not told', () => {
  const { put, past, stats } = recorder(2)
  put(1, 1, 'old')
  put(2, 2, 'x'.repeat(90))
  put(100, 2, 'y'.repeat(90))
  expect([past(['session 1'], 100e9), past(['session 2'], 100e9)]).toEqual([[], ['y'.repeat(90)]])
  expect(stats()).toMatchObject({ overwritten: 0, workloads: 1 })
})

test('a line that fits nowhere is counted', () => {
  const { put, past, stats } = recorder()
  put(1, 1, 'z'.repeat(100))
  expect([past(['session 1'], 1e9), stats().tooLong]).toEqual([[], 1])
})

test('a process that began a session anew keeps the past of the one before; a container is one workload', () => {
  const shell = process({ pid: 20, sid: 20, parent: process({ pid: 1, sid: 1 }) })
  const daemon = process({ pid: 30, sid: 30, parent: shell })
  expect(workloadsOf(daemon)).toEqual(['session 30', 'session 20'])
  const inside = process({ pid: 40, sid: 1, container: { id: 'c', fullId: 'c', runtime: 'runc' }, parent: daemon })
  expect(workloadsOf(inside)).toEqual(['container c'])
})
