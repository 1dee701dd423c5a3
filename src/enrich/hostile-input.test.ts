import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { joinRest, splitRaw, trimRaw } from './argument-text.ts'
import { readCgroup } from './cgroup.ts'
import { createContainers } from './container.ts'
import { parseImageReference } from './image-reference.ts'
import { parseMountInfo, parseStat, parseStatusIds } from './proc-files.ts'
import { sampleHost } from './sample-host.ts'

const ID = '3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e'

/** Text as hostile files hold it: any characters, with those that the formats are made of more often. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...':/\n\t ()[]{}"@-0'), fc.string({ unit: 'binary', maxLength: 1 })),
  maxLength: 300,
})

describe('whatever a file holds, nothing throws', () => {
  test.each<[string, (given: string) => unknown]>([
    ['/proc/PID/stat', parseStat],
    ['/proc/PID/status', parseStatusIds],
    ['/proc/PID/mountinfo', parseMountInfo],
    ['/proc/PID/cgroup', readCgroup],
    ['an image reference', parseImageReference],
    ['an argument vector', (given) => [splitRaw(given), joinRest(given), trimRaw(given)]],
  ])('%s', (_, read) => {
    fc.assert(
      fc.property(text, (given) => {
        expect(() => read(given)).not.toThrow()
      }),
    )
  })

  test.each([`/docker/${ID}`, `/machine.slice/libpod-${ID}.scope`, '/default/x', '/x'])('the state of a container at %s', (path) => {
    const anyJson = fc.oneof(
      fc.json(),
      fc
        .record({
          annotations: fc.jsonValue(),
          process: fc.jsonValue(),
          mounts: fc.jsonValue(),
          linux: fc.jsonValue(),
          Config: fc.jsonValue(),
        })
        .map((json) => JSON.stringify(json)),
    )
    fc.assert(
      fc.property(anyJson, (given) => {
        const host = sampleHost({ file: () => ({ text: given, mtimeNs: 1 }), directory: () => ['default'] })
        expect(() => createContainers(host).of(readCgroup(`0::${path}\n`), 0)).not.toThrow()
      }),
    )
  })

  test('a cgroup path of any segments claims no id that could name another folder', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (segments) => {
        const asked: string[] = []
        const host = sampleHost({
          file: (path) => {
            asked.push(path)
            return undefined
          },
          directory: () => ['default'],
        })
        createContainers(host).of(readCgroup(`0::/${segments.join('/')}\n`), 0)
        expect(asked.filter((path) => /\/\.\.?(\/|$)|\0|\n/.test(path))).toEqual([])
      }),
    )
  })
})

describe('argv', () => {
  test('comes back as it was given', () => {
    const argument = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((one) => !one.includes('\0'))
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 6 }), (argv) => {
        const raw = Buffer.from(argv.map((one) => `${one}\0`).join('')).toString('latin1')
        expect(splitRaw(raw)).toEqual(argv)
        expect(joinRest(raw)).toBe(argv.slice(1).join(' '))
      }),
    )
  })
})
