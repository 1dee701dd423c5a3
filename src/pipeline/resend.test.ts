import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findingJson } from '../findings/finding-json.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import { createLog } from '../lib/log.ts'
import { openSampleOutput, removeSampleFolders } from '../notify/http/sample-output.ts'
import type { AgentHost } from './agent.ts'
import { resendFindings } from './resend.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarsier-resend-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
  removeSampleFolders()
})

const HOST: AgentHost = {
  stdout: {
    write: () => {},
    stats: () => ({ written: 0, dropped: 0, queuedBytes: 0, failed: false }),
    room: async () => {},
    close: async () => {},
  },
  stderr: () => {},
  log: createLog({ write: () => {}, format: 'text', level: 'debug', colour: false, nowNs: () => 0 }),
  colour: { stdout: false, stderr: false },
}

/** What an output that reaches nobody keeps. */
async function deadLetterFile(count: number): Promise<string> {
  const { write, close, deadLetters } = openSampleOutput('webhook+http://127.0.0.1:1/')
  write(...Array.from({ length: count }, (_, n) => ({ ...SAMPLE_FINDING, id: `f${n}` })))
  await close()
  const path = join(folder, 'dead.ndjson')
  writeFileSync(
    path,
    deadLetters()
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  )
  return path
}

test('what was kept comes out as it went in, in its order; lines that hold no finding are counted', async () => {
  const file = await deadLetterFile(3)
  writeFileSync(file, 'no JSON\n{"finding":{"id":1}}\nnull\n', { flag: 'a' })
  const to = join(folder, 'again.json')
  expect(await resendFindings({ file, outputs: [`file:${to}`] }, HOST)).toEqual({
    findings: 3,
    unreadable: 3,
    outputs: [{ output: `file:${to}`, written: 3, dropped: 0 }],
  })
  const expected = ['f0', 'f1', 'f2'].map((id) => `${findingJson({ ...SAMPLE_FINDING, id })}\n`).join('')
  expect(readFileSync(to, 'utf8')).toBe(expected)
})

test('a server that is still away is not waited for, and the file stays', async () => {
  const file = await deadLetterFile(2)
  const before = readFileSync(file, 'utf8')
  const { outputs } = await resendFindings({ file, outputs: ['webhook+http://127.0.0.1:1/'] }, HOST)
  expect(outputs).toMatchObject([{ written: 0, dropped: 2, deadLettered: 0 }])
  expect(readFileSync(file, 'utf8')).toBe(before)
})

test('a file that is not there is said', async () => {
  await expect(resendFindings({ file: join(folder, 'nowhere'), outputs: ['json'] }, HOST)).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
  })
})
