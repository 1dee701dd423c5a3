import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Gathering } from '../section.ts'
import { changedFiles } from './changed-files.ts'

const START = 5e9
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-layer-'))
  const user = (pid: string): void => {
    mkdirSync(join(folder, 'proc', pid, 'ns'), { recursive: true })
    symlinkSync('user:[1]', join(folder, 'proc', pid, 'ns/user'))
  }
  user('self')
  user('4711')
  writeFileSync(join(folder, 'proc/4711/stat'), `4711 (a) S 1 1 1 ${'0 '.repeat(15)}500 0`)
  writeFileSync(
    join(folder, 'proc/4711/mountinfo'),
    `1 0 0:1 / / rw - overlay overlay rw,lowerdir=/l,upperdir=${folder}/upper,workdir=/w\n`,
  )
  write('secret', 'of the host')
  write('upper/web', 'of the container')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Two files, and a folder with one. */
function write(place: string, text: string): void {
  mkdirSync(join(folder, place, 'below'), { recursive: true })
  for (const name of ['a', 'b', 'below/c']) writeFileSync(join(folder, place, name), text)
}

interface Collected {
  readonly texts: string[]
  readonly problems: string[]
  files: readonly { readonly path: string; readonly kind?: string }[]
}

/** `meanwhile` happens after the first file was read. */
async function collect(meanwhile: () => void): Promise<Collected> {
  const collected: Collected = { texts: [], problems: [], files: [] }
  const gathering = {
    ...{ proc: join(folder, 'proc'), processes: [{ pid: 4711, startNs: START }], signal: new AbortController().signal },
    problem: (about: string, reason: string) => void collected.problems.push(`${about}: ${reason}`),
    json: async (_: string, { files }: { files: Collected['files'] }) => {
      collected.files = files
    },
    stream: async (_: string, __: number, chunks: AsyncIterable<Uint8Array>) => {
      const parts: Uint8Array[] = []
      for await (const chunk of chunks) parts.push(chunk)
      collected.texts.push(Buffer.concat(parts).toString())
      if (collected.texts.length === 1) meanwhile()
    },
  }
  await changedFiles.collect(gathering as unknown as Gathering)
  return collected
}

test('files of the upper layer are kept, and listed with what they are', async () => {
  symlinkSync('/etc/shadow', join(folder, 'upper/link'))
  const { texts, files, problems } = await collect(() => undefined)
  expect(texts).toEqual(Array(3).fill('of the container'))
  expect(files.map(({ path }) => path).sort()).toEqual(['/link', '/web', '/web/a', '/web/b', '/web/below', '/web/below/c'])
  expect(files.find(({ path }) => path === '/link')).toMatchObject({ kind: 'link', target: '/etc/shadow' })
  expect(problems).toEqual([])
})

test('a folder that becomes a link meanwhile shows nothing of the host', async () => {
  const { texts } = await collect(() => {
    renameSync(join(folder, 'upper/web'), join(folder, 'moved'))
    symlinkSync(join(folder, 'secret'), join(folder, 'upper/web'))
  })
  expect(texts).toEqual(Array(3).fill('of the container'))
})

test('a folder that was a link before it was opened is not entered', async () => {
  rmSync(join(folder, 'upper/web'), { recursive: true })
  for (let number = 0; number < 20; number++) write(`upper/${number}`, 'of the container')
  const { texts, files } = await collect(() => {
    for (let number = 0; number < 20; number++) {
      renameSync(join(folder, `upper/${number}`), join(folder, `moved-${number}`))
      symlinkSync(join(folder, 'secret'), join(folder, `upper/${number}`))
    }
  })
  expect(new Set(texts)).toEqual(new Set(['of the container']))
  expect(files.filter(({ kind }) => kind === 'link')).toHaveLength(19)
})
