import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Finding } from '../../findings/finding.ts'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'
import { createLog } from '../../lib/log.ts'
import { createSealedPasts } from './sealed-pasts.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-pasts-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** `without`: id of a finding whose past cannot be had. */
function scene(text = '', without = '') {
  const said: string[] = []
  let asked = 0
  const past = ({ id }: Finding): readonly string[] => {
    if (id === without) throw new Error('no past')
    return [`{"number":${asked++}}${text}`]
  }
  const log = createLog({ write: (line) => said.push(line), format: 'text', level: 'info', colour: false, nowNs: () => 0 })
  return { seal: createSealedPasts({ folder, past, wrote: () => undefined, log }).seal, said, asked: () => asked }
}

const urgent = (number: number, timeNs = 1e18): Finding =>
  ({ ...SAMPLE_FINDING, id: `f${number}`, containerId: undefined, processKey: `${number}@1`, priority: 'critical', timeNs }) as Finding

async function written(count: number): Promise<readonly string[]> {
  const files = (): readonly string[] =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.gz'))
  for (let tries = 0; tries < 500 && files().length < count; tries++) await sleep(10)
  return files().toSorted()
}

test('what came before an urgent finding is kept', async () => {
  const { seal } = scene()
  seal(urgent(1))
  expect(await written(1)).toEqual(['host/f1.ndjson.gz'])
  expect(gunzipSync(readFileSync(join(folder, 'host/f1.ndjson.gz'))).toString()).toBe('{"number":0}\n')
})

test('findings that come together have each their past', async () => {
  const { seal, asked } = scene()
  for (let number = 0; number < 40; number++) seal(urgent(number))
  await written(40)
  expect(asked()).toBe(40)
})

test('a past that cannot be had keeps no other from being kept, and that is said', async () => {
  const { seal, said } = scene('', 'f1')
  for (const number of [1, 2]) seal(urgent(number))
  expect(await written(1)).toEqual(['host/f2.ndjson.gz'])
  expect(said.join('')).toMatch(/could not be kept.*finding=f1.*no past/)
})

test('a process that makes findings by the thousand costs a few pasts, and what was left out is said', async () => {
  const { seal, said, asked } = scene(`"${'x'.repeat(8 * 1024 * 1024)}"`)
  for (let number = 0; number < 1000; number++) seal(urgent(number, 1e18 + number))
  await written(4)
  await sleep(50)
  expect([asked(), said]).toEqual([4, []])
  seal(urgent(9999, 1e18 + 10e9))
  await written(5)
  expect(asked()).toBe(5)
  expect(said.join('')).toMatch(/not kept.*findings=996/)
})
