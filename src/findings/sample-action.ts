/** An action for examples and tests, so that each need say only what matters to it. */
import type { ActionRecord } from './action-record.ts'

const BEGAN = Number(1_700_000_000_223_456_768n)

export const SAMPLE_ACTION: ActionRecord = Object.freeze<ActionRecord>({
  id: 'act-0001',
  timeNs: BEGAN,
  hostname: 'web-1',
  action: 'kill-tree',
  target: 'process 1234 (odd)',
  mode: 'act',
  phase: 'verified',
  steps: [
    { phase: 'allowed', timeNs: BEGAN, detail: 'touches 2 processes' },
    { phase: 'executed', timeNs: BEGAN + 1e6, detail: '2 processes got SIGKILL' },
    { phase: 'verified', timeNs: BEGAN + 2e6, detail: 'no process of the tree runs' },
  ],
  findingId: '01-0001-00000042',
  incidentId: undefined,
  userId: undefined,
  policy: 'stop odd programs',
  undoable: false,
  expiresNs: undefined,
  reach: { processes: ['1234 odd', '1240 sh'], processCount: 2, containers: [] },
  detail: { killed: 2 },
})
