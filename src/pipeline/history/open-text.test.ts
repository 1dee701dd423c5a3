import { expect, test } from 'vitest'
import type { RecordValues } from '../../events/encode.ts'
import { SAMPLE_HOST, sampleEvent, sampleProcess } from '../../events/sample-event.ts'
import { generalFieldTexts } from './event-text.ts'
import { plainOpenText } from './open-text.ts'

const PLAIN: RecordValues = {
  ...{ type: 'openat', path: '/etc/hosts', rawPath: '/etc/hosts', result: 3, openFlags: 0o2000000, mode: 0, comm: 'bash' },
  ...{ ino: 42, dev: (8 << 20) | 1, fileMode: 0o100_644, fileUid: 0, linkCount: 1, fileFlags: 0 },
}

const event = (more: RecordValues) => sampleEvent('file.open', { ...PLAIN, ...more }, { process: sampleProcess() })

const OPENS: readonly [sentence: string, more: RecordValues][] = [
  ['to read', {}],
  ['to write', { openFlags: 0o1 }],
  ['to read and write', { openFlags: 0o2, type: 'open' }],
  ['to make a file', { openFlags: 0o1101, mode: 0o600 }],
  ['that failed', { result: -2, ino: 0, fileMode: 0, linkCount: 0 }],
  ['of a file whose mode is not known', { fileMode: 0 }],
  ['of a file that may be written', { fileFlags: 16 }],
  ['by a relative path', { rawPath: '../etc/hosts' }],
  ['of a path with dots', { path: '/etc/../etc/./hosts', rawPath: '/etc/../etc/./hosts' }],
  ['of the root', { path: '/', rawPath: '/' }],
  ['of a name that needs escapes', { path: Buffer.from('/tmp/"\\\n\xff', 'latin1'), rawPath: '"' }],
  ['of nothing', { path: '', rawPath: '' }],
]

test.each(OPENS)('a plain open %s is written as field by field', (_, more) => {
  expect(plainOpenText(event(more))).toBe(generalFieldTexts(event(more)))
})

test('a file that rules know by another name has both names', () => {
  const host = { ...SAMPLE_HOST, fileNameOf: () => '/etc/known' }
  const open = sampleEvent('file.open', PLAIN, { host })
  expect(plainOpenText(open)).toBe(generalFieldTexts(sampleEvent('file.open', PLAIN, { host })))
  expect(plainOpenText(open)).toContain('"fd.name":"/etc/known"')
})

test.each<[string, RecordValues]>([
  ['through io_uring', { flags: 6 }],
  ['of 32 bits', { flags: 5 }],
  ['without a result', { flags: 0 }],
  ['that stands for several', { repeat: 3 }],
  ['by another thread', { tid: 77 }],
  ['of a folder', { fileMode: 0o040_755 }],
  ['of a device', { fileMode: 0o020_644 }],
  ['that asks for a folder', { openFlags: 0o200_000 }],
  ['for its place alone', { openFlags: 0o10_000_000 }],
  ['of a file without a name', { openFlags: 0o20_200_002, mode: 0o600 }],
  ['of a program to be', { openFlags: 0o1101, mode: 0o755 }],
  ['that made the file', { fileFlags: 32 }],
  ['of another call', { type: 'openat2' }],
  ['of a path that was cut', { path: `/${'x'.repeat(5000)}` }],
])('an open %s is left to the general way', (_, more) => {
  expect(plainOpenText(event(more))).toBeUndefined()
})
