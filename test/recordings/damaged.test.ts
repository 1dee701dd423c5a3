/** A recording with sound checksums whose records are nonsense: what somebody made, not what a disk did. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { encodeRecord } from '../../src/events/encode.ts'
import { headerOffset } from '../../src/events/layout.ts'
import { batchOf } from '../../src/events/raw-record.ts'
import { CHUNK, HEAD_BYTES, packChunk, readHead, unpackPayload } from '../../src/sources/recording/chunk.ts'
import { createRecording } from '../../src/sources/recording.ts'
import { tarsier } from '../tarsier.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-damaged-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A recording of one open, in the present layout, its chunk of events changed. */
async function changed(change: (events: Buffer) => void): Promise<string> {
  const path = join(mkdtempSync(join(folder, 'one-')), 'one.tsr')
  const writer = await createRecording(path, { host: { hostname: 'vm', kernel: '6.1.0', bootEpochNs: 1.7e18 } })
  writer.events(batchOf(encodeRecord('file.open', { pid: 7, timeNs: 1e9, path: '/etc/hostname' })))
  await writer.close('nothing lost')
  const bytes = readFileSync(path)
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const head = readHead(bytes.subarray(at, at + HEAD_BYTES))
    if (head === undefined) throw new Error(`no chunk at ${at}`)
    const end = at + HEAD_BYTES + head.compressedBytes
    const payload = unpackPayload(head, bytes.subarray(at + HEAD_BYTES, end))
    if (payload === undefined) throw new Error(`no payload at ${at}`)
    if (head.type === CHUNK.events) change(payload)
    chunks.push(await packChunk(head.type, head.number, payload))
    at = end
  }
  writeFileSync(path, Buffer.concat(chunks))
  return path
}

test('records that cannot be read are counted and said', async () => {
  const path = await changed((events) => events.writeUInt32LE(0, headerOffset('size')))
  const { code, stderr } = tarsier(['replay', path])
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stderr).toContain('events=0,')
  expect(stderr).toMatch(/records of the recording could not be read by this version \(unreadable=1\)/)
})

test('unchanged, everything can be read', async () => {
  const { code, stderr } = tarsier(['replay', await changed(() => {})])
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stderr).toContain('events=1,')
  expect(stderr).not.toContain('could not be read')
})
