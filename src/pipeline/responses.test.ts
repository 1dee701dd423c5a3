import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SAMPLE_HOST } from '../events/sample-event.ts'
import type { ActionRecord } from '../findings/action-record.ts'
import type { Finding } from '../findings/finding.ts'
import { SAMPLE_FINDING } from '../findings/sample-finding.ts'
import type { ResponseChoice } from '../lang/response-choice.ts'
import { createLog } from '../lib/log.ts'
import { type HostProcess, livingProcesses } from '../respond/host/processes.ts'
import type { Native } from '../respond/native.ts'
import type { ActOrder } from '../respond/order.ts'
import { type AgentResponses, createAgentResponses } from './responses.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarsier-responses-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Scene {
  readonly responses: AgentResponses
  readonly records: ActionRecord[]
  readonly findings: Finding[]
}

function scene(atMost: ResponseChoice['atMost'], file?: object): Scene {
  if (file !== undefined) writeFileSync(join(folder, 'r.yaml'), JSON.stringify([file]))
  const paths = file === undefined ? [] : [join(folder, 'r.yaml')]
  const records: ActionRecord[] = []
  const findings: Finding[] = []
  const limit = { maxBytes: 1e9, maxAgeMs: 1e9 }
  const responses = createAgentResponses({
    ...{
      choice: { paths, managed: undefined, atMost },
      state: folder,
      hostname: 'h',
      version: '1',
      native: { signalProcess: () => 3 } as unknown as Native,
    },
    live: { view: SAMPLE_HOST, nowNs: () => 1e18, knobs: { setKernelKill: () => 0 } as never },
    engine: { rules: [] } as never,
    recorder: { past: () => [] },
    keep: { evidence: limit, flight: limit },
    tell: (record) => void records.push(record),
    emit: (finding) => void findings.push(finding),
    report: { stderr: () => undefined, colour: false } as never,
    log: createLog({ write: () => undefined, format: 'text', level: 'error', colour: false, nowNs: () => 0 }),
  })
  return { responses, records, findings }
}

const order = (more: Partial<ActOrder>): ActOrder => ({
  ...{ kind: 'act', id: 'act-1', action: 'kill-process', settings: {}, mode: 'act', forNs: undefined, userId: 'ada' },
  ...{ incidentId: 'inc-1', subject: { hostname: 'h', findingId: 'f', process: undefined, container: undefined } as never, ...more },
})

test.each<[string, ResponseChoice['atMost'], Partial<ActOrder>, string]>([
  ['names no action', 'act', { action: 'kill-proces' }, 'no action is called kill-proces. Did you mean kill-process?'],
  ['has a wrong setting', 'act', { action: 'run-script', settings: { script: '../a' } }, 'wrong setting of the action run-script: script'],
  ['names a place to trust', 'act', { action: 'run-script', settings: { script: 'a.sh', folder: '/tmp' } }, 'folder names a place'],
  ['acts where responses are dry runs', 'dry-run', {}, 'runs with --respond dry-run'],
])('an order that %s ends as refused, with the reason, and is a finding', async (_, atMost, more, reason) => {
  const { responses, records, findings } = scene(atMost)
  responses.order(order(more))
  await responses.idle()
  const told = { id: 'act-1', hostname: 'h', userId: 'ada', findingId: 'f', incidentId: 'inc-1', phase: 'refused', policy: undefined }
  expect(records).toMatchObject([{ ...told, steps: [{ phase: 'refused', detail: expect.stringContaining(reason) }] }])
  expect(findings.map(({ rule }) => rule)).toEqual(['Tarsier held a response back'])
  expect(responses.view().steps).toMatchObject([{ phase: 'refused', count: 1 }])
})

test.each<[ResponseChoice['atMost'], ActOrder['mode']]>([
  ['dry-run', 'dry-run'],
  ['ask', 'act'],
  ['act', 'act'],
])('with --respond %s a person’s order to %s reaches the action', async (atMost, mode) => {
  const { responses, records } = scene(atMost)
  responses.order(order({ mode }))
  await responses.idle()
  expect(records.at(-1)?.steps.at(-1)).toMatchObject({ phase: 'refused', detail: 'no process is known to do it to' })
})

test.each([
  ['dry-run', 'freeze', 'planned', []],
  ['dry-run', 'capture-evidence', 'planned', []],
  ['act', 'kill-process', 'gone', ['Tarsier came too late to respond']],
])('a response in the mode %s to a process that has ended, %s, is %s', async (mode, action, phase, rules) => {
  const { responses, records, findings } = scene('act', { response: 'r', mode, when: { rules: ['*'] }, do: [{ action }] })
  const lineage = [{ pid: 4_194_303, startNs: 5, name: 'sh', exePath: '', cmdline: '', user: '' }]
  responses.onFinding({ ...SAMPLE_FINDING, lineage, containerId: undefined })
  await responses.idle()
  expect(records.at(-1)?.phase).toBe(phase)
  expect(findings.map(({ rule }) => rule)).toEqual(rules)
})

test('what was done to one process alone is a finding, since the others live on', async () => {
  const child = spawn('sh', ['-c', 'sh -c "sleep 60 & wait" & wait'], { detached: true, stdio: 'ignore' })
  try {
    // A child of the agent is Tarsier itself; its child is not.
    const session = (): readonly HostProcess[] => livingProcesses('/proc').filter((one) => one.session === child.pid)
    await expect.poll(() => session().length).toBe(3)
    const { pid = 0, startNs = 0 } = session().find(({ ppid }) => ppid === child.pid) ?? {}
    const limits = { processes: 1 }
    const kill = { response: 'r', mode: 'act', when: { rules: ['*'] }, do: [{ action: 'kill-tree' }], limits }
    const { responses, findings } = scene('act', kill)
    const lineage = [{ pid, startNs, name: 'sh', exePath: '', cmdline: '', user: '' }]
    responses.onFinding({ ...SAMPLE_FINDING, lineage, containerId: undefined })
    await responses.idle()
    const told = findings.map(({ rule, output }) => `${rule}: ${output}`)
    const output = `kill-process of process ${pid} (sh): allowed, touches 1 process: the process alone, since kill-tree: it would touch 2 processes, and may touch 1`
    expect(told[0]).toBe(`Tarsier held a response back: ${output}`)
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGKILL')
  }
})
