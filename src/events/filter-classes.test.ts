import { expect, test } from 'vitest'
import { CLASSES, classCount, classOf, MAX_CLASSES, outcomeOf, sampleOfClass } from './filter-classes.ts'
import { sampleEvent } from './sample-event.ts'

const ALL = [...CLASSES].flatMap(([kind, classes]) =>
  Array.from({ length: classCount(classes) }, (_, number) => ({ kind, classes, number })),
)

test.each([...CLASSES])('%s has no more classes than the kernel side has room for', (_, classes) => {
  expect(classCount(classes)).toBeLessThanOrEqual(MAX_CLASSES)
})

test('the sample of each class is of that class', () => {
  for (const { kind, classes, number } of ALL) expect(classOf(kind, sampleEvent(kind, sampleOfClass(classes, number)).record)).toBe(number)
})

test('a class knows how the call ended', () => {
  for (const { kind, classes, number } of ALL) {
    const { result } = sampleEvent(kind, sampleOfClass(classes, number)).record
    expect(outcomeOf(classes, number)).toBe(result >= 0 ? 'ok' : result === -115 ? 'in progress' : 'failed')
  }
})

test.each([
  ['a file read', { openFlags: 0, fileMode: 0o100_644, result: 3 }, [1, 0, 0, 1, 0]],
  ['a directory listed', { openFlags: 0o200_000, fileMode: 0o040_755, result: 3 }, [1, 0, 0, 2, 0]],
  ['a directory that may not be listed', { openFlags: 0o200_000, result: -13 }, [1, 1, 0, 2, 0]],
  ['a file made', { openFlags: 0o101, fileMode: 0o100_644, fileFlags: 32, result: 3 }, [2, 0, 1, 1, 0]],
  ['a file without a name', { openFlags: 0o20_200_002, fileMode: 0o100_600, result: 3 }, [3, 0, 1, 1, 0]],
  ['a path only', { openFlags: 0o10_000_000, fileMode: 0o100_644, result: 3 }, [0, 0, 0, 1, 0]],
  ['the memory of a process', { openFlags: 2, fileMode: 0o100_600, fileFlags: 64, result: 3 }, [3, 0, 0, 1, 1]],
])('%s', (_, values, [access = 0, outcome = 0, created = 0, type = 0, memory = 0]) => {
  expect(classOf('file.open', sampleEvent('file.open', values).record)).toBe(
    access + 4 * (outcome + 2 * (created + 2 * (type + 3 * memory))),
  )
})
