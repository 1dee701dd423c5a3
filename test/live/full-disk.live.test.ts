/** A disk that is really full: nothing that was acknowledged is lost, and all goes on when there is room again. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkStore } from '../../src/store/check-store.ts'
import { ALWAYS, eventOf, findingOf, START_NS } from '../../src/store/conformance/samples.ts'
import { openStore } from '../../src/store/embedded.ts'
import type { Store } from '../../src/store/store.ts'

const DISK_MIB = 48
const MOST_BATCHES = 2000
let disk = ''

beforeEach(({ skip }) => {
  disk = mkdtempSync(join(tmpdir(), 'tarsier-full-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', disk], { encoding: 'utf8' })
  if (mounted.status === 0) return
  rmdirSync(disk)
  skip(`a small file system cannot be mounted here: ${mounted.error?.message ?? mounted.stderr.trim()}`)
})
afterEach(() => {
  if (spawnSync('umount', [disk]).status === 0) rmdirSync(disk)
})

/** History leaves nothing to findings here: it must meet the end of the disk itself. */
const open = (): Promise<Store> => openStore({ folder: join(disk, 'store'), nowNs: () => START_NS, reserveBytes: 0 })

/** Text that no compression makes small. */
const noise = (length: number): string => randomBytes(length).toString('base64')

const finding = (seq: number) => {
  return {
    spool: 's',
    seq,
    findings: [{ finding: findingOf({ id: String(seq), output: noise(4000) }), incidentId: undefined }],
    incidents: [],
  }
}

function append(store: Store, seq: number): Promise<void> {
  const events = Array.from({ length: 500 }, (_, index) => eventOf({ id: `${seq}-${index}`, seconds: seq, fields: { noise: noise(300) } }))
  return store.history.append({ spool: 's', seq, events })
}

/** Takes all the room that there is. */
function fill(): string {
  const path = join(disk, 'filler')
  const file = openSync(path, 'w')
  try {
    for (let size = 2 ** 20; size >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(size))
      } catch {
        size /= 2
      }
    }
  } finally {
    closeSync(file)
  }
  expect(statfsSync(disk).bavail).toBe(0)
  return path
}

/** How many batches went in before there was no room; their failure must be told as that. */
async function until(full: (seq: number) => Promise<void> | void): Promise<number> {
  for (let seq = 1; seq <= MOST_BATCHES; seq++) {
    try {
      await full(seq)
    } catch (error) {
      expect(error).toMatchObject({ code: 'STORE_FULL' })
      return seq - 1
    }
  }
  throw new Error('the disk was never full')
}

async function expectWhole(store: Store, { findings, batches }: { readonly findings: number; readonly batches: number }): Promise<void> {
  expect(store.state.findings.count({})).toBe(findings)
  expect(store.state.position('findings', 's')).toBe(findings)
  expect(await store.history.count({ range: ALWAYS, filter: { op: 'true' } })).toBe(batches * 500)
  expect(store.history.position('s')).toBe(batches)
}

test('history that fills the disk is told, loses nothing, and goes on when there is room', async () => {
  const store = await open()
  let batches = 0
  try {
    batches = await until((seq) => append(store, seq))
    expect(batches).toBeGreaterThan(10)
    await expect(append(store, batches + 1)).rejects.toMatchObject({ code: 'STORE_FULL' })
    await expectWhole(store, { findings: 0, batches })
    expect(await store.status()).toMatchObject({ historyStopped: true })
    expect(spawnSync('mount', ['-o', `remount,size=${4 * DISK_MIB}m`, disk]).status).toBe(0)
    store.state.writeFindings(finding(1))
    await append(store, ++batches)
    expect(await store.status()).toMatchObject({ historyStopped: false })
    await expectWhole(store, { findings: 1, batches })
  } finally {
    await store.close()
  }
  const again = await open()
  try {
    await expectWhole(again, { findings: 1, batches })
  } finally {
    await again.close()
  }
  expect((await checkStore(join(disk, 'store'))).filter(({ ok }) => !ok)).toEqual([])
})

test('findings that fill the disk are told, lose nothing, and go on when there is room', async () => {
  const store = await open()
  try {
    store.state.writeFindings(finding(1))
    await append(store, 1)
    const filler = fill()
    const more = await until((seq) => store.state.writeFindings(finding(seq + 1)))
    await expectWhole(store, { findings: 1 + more, batches: 1 })
    await expect(append(store, 2)).rejects.toMatchObject({ code: 'STORE_FULL' })
    rmSync(filler)
    store.state.writeFindings(finding(2 + more))
    await append(store, 2)
    await expectWhole(store, { findings: 2 + more, batches: 2 })
  } finally {
    await store.close()
  }
  const again = await open()
  try {
    expect(again.state.position('findings', 's')).toBeGreaterThan(1)
  } finally {
    await again.close()
  }
})

test('a backup for which there is no room is told, and leaves nothing behind', async () => {
  const store = await open()
  try {
    for (let seq = 1; seq <= 20; seq++) await append(store, seq)
    fill()
    await expect(store.backUp(join(disk, 'copy'))).rejects.toMatchObject({ code: 'STORE_FULL' })
    await expectWhole(store, { findings: 0, batches: 20 })
    await expect(store.history.exportParquet({ range: ALWAYS, filter: { op: 'true' } }, join(disk, 'x.parquet'))).rejects.toMatchObject({
      code: 'STORE_FULL',
    })
  } finally {
    await store.close()
  }
})
