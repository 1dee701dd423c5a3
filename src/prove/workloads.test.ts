import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { chooseWorkloads, readWorkloads } from './workloads.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-workloads-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('workloads', () => {
  test('those that come with Tarsier are valid, and each is called as its file', () => {
    const workloads = readWorkloads(fileURLToPath(new URL('../../noise', import.meta.url)))
    expect(workloads.length).toBeGreaterThan(20)
    expect(new Set(workloads.map(({ name }) => name)).size).toBe(workloads.length)
  })

  test('a name that nothing has is told, so that it does not run nothing', () => {
    expect(() => chooseWorkloads([], ['nonesuch'])).toThrow('no workload is called nonesuch')
  })

  test.each([
    ['a misspelt key', 'name: a\ndoc: b\nrun: c\nneed: [d]\n'],
    ['a package name that is an option', 'name: a\ndoc: b\nrun: c\npackages: [--purge]\n'],
    ['no script', 'name: a\ndoc: b\n'],
  ])('%s is refused', (_, text) => {
    writeFileSync(join(folder, 'a.yaml'), text)
    expect(() => readWorkloads(folder)).toThrow('describes no workload')
  })
})
