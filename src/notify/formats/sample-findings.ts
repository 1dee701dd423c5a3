/** Findings of every shape that a format must hold, for tests. */
import type { Finding } from '../../findings/finding.ts'
import { PRIORITIES } from '../../findings/finding.ts'
import { SAMPLE_FINDING } from '../../findings/sample-finding.ts'
import { HOSTILE_FINDING } from '../http/sample-hostile.ts'

const POD: Finding = {
  ...SAMPLE_FINDING,
  id: '01-0001-00000043',
  rule: 'Model file sent away',
  priority: 'critical',
  attack: [{ id: 'T1048.003' }, { id: 'T1048' }, { id: 'AML.T0024' }, { id: 'AML.T0051.000' }],
  containerId: '3f5a9c1b2d4e',
  workload: {
    containerName: 'worker',
    image: 'registry.example.org/llm/worker:1.2@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    podName: 'worker-0',
    podNamespace: 'llm',
    podUid: '0d4c3a6e-6d0f-4a35-9d7e-5d0f7e1c2b3a',
  },
  object: { file: undefined, ip: '2001:db8::7', port: 443 },
  count: 3,
}

/** About Tarsier itself: no process, no object, no reason. */
const INTERNAL: Finding = {
  ...SAMPLE_FINDING,
  id: '01-0001-00000044',
  rule: 'Events lost',
  source: 'internal',
  tags: [],
  attack: [],
  outputFields: {},
  eventIds: [],
  lineage: [],
  processKey: undefined,
  why: [],
  confidence: undefined,
  object: undefined,
}

const BARE: Finding = {
  ...SAMPLE_FINDING,
  lineage: [{ pid: 7, startNs: 0, name: '', exePath: '', cmdline: '', user: '' }],
  processKey: undefined,
  object: { file: '/', ip: 'no address', port: undefined },
  containerId: 'x',
}

export const SAMPLE_FINDINGS: readonly (readonly [sentence: string, finding: Finding])[] = [
  ['one of a file on the host', SAMPLE_FINDING],
  ['one of a connection from a pod', POD],
  ['one about Tarsier itself', INTERNAL],
  ['one of a process of which nothing is known', BARE],
  ['one with hostile texts everywhere', HOSTILE_FINDING],
  ...PRIORITIES.map((priority) => [`one of priority ${priority}`, { ...SAMPLE_FINDING, priority }] as const),
]
