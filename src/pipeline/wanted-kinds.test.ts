import { expect, test } from 'vitest'
import { KINDS } from '../events/kinds.ts'
import { kindsOfPatterns, kindsOfTypes } from './wanted-kinds.ts'

const ALWAYS = ['cgroup.make', 'process.exec', 'process.exit', 'process.fork', 'process.rename', 'process.snapshot']

const TREE = ['file.rename', 'mount.mount', 'mount.root', 'mount.umount']

test.each([
  ['an open brings what changes paths', ['openat'], ['file.open', ...TREE]],
  ['several types of one kind bring it once', ['openat', 'open'], ['file.open', ...TREE]],
  ['an unknown type brings nothing', ['nothing'], []],
  ['types of two kinds bring both', ['connect', 'unlink'], ['file.unlink', 'net.connect']],
])('%s', (_, types, kinds) => {
  expect([...kindsOfTypes(new Set(types))].sort()).toEqual([...ALWAYS, ...kinds].sort())
})

test('any type brings all kinds', () => {
  expect(kindsOfTypes('all').size).toBe(KINDS.length)
  expect(kindsOfPatterns([]).size).toBe(KINDS.length)
})

test.each([
  ['file.open', ['file.open']],
  ['mount', ['mount.mount', 'mount.umount', 'mount.root']],
  ['mount.', ['mount.mount', 'mount.umount', 'mount.root']],
  ['mount.*', ['mount.mount', 'mount.umount', 'mount.root']],
])('the pattern %s', (pattern, kinds) => {
  expect([...kindsOfPatterns([pattern])].sort()).toEqual([...ALWAYS, ...kinds].sort())
})

test('an unknown kind is refused with a hint', () => {
  expect(() => kindsOfPatterns(['flie'])).toThrow(/unknown event kind flie, did you mean file\?/)
})
