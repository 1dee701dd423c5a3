/** Findings as JSON. */
import Type from 'typebox'
import {
  type AttackTechnique,
  type Finding,
  type FindingObject,
  type FindingReason,
  type FindingWorkload,
  type LineageEntry,
  PRIORITIES,
} from '../../findings/finding.ts'
import type { StoredFinding } from '../../store/state-store.ts'
import { count, nounShape, oneOf, optionalText, plainValue, timeNs, words } from './shape.ts'

const lineageShape = nounShape<LineageEntry>()('LineageEntry', 'One process of a lineage.', {
  pid: count(),
  startNs: Type.Number({ description: 'When it was forked, in ns since boot.' }),
  name: Type.String(),
  exePath: Type.String(),
  cmdline: Type.String(),
  user: Type.String(),
})

const techniqueShape = nounShape<AttackTechnique>()('AttackTechnique', 'A technique of ATT&CK.', {
  id: Type.String({ examples: ['T1059.004'] }),
})

const reasonShape = nounShape<FindingReason>()('FindingReason', 'A check that was run for the match, with the value that it saw.', {
  check: Type.String(),
  value: Type.String(),
  held: Type.Boolean({ description: 'False below a `not`, or beside another of an `or` that held.' }),
  macros: Type.Array(Type.String(), { description: 'Macros around it, the outermost first.' }),
})

const workloadShape = nounShape<FindingWorkload>()('FindingWorkload', 'Where it happened.', {
  containerName: optionalText(),
  image: optionalText(),
  podName: optionalText(),
  podNamespace: optionalText(),
  podUid: optionalText(),
})

const objectShape = nounShape<FindingObject>()('FindingObject', 'What was done something with.', {
  file: Type.Optional(Type.String({ description: 'Path, as the process sees it.' })),
  fileId: Type.Optional(
    Type.Object({ dev: Type.Number(), ino: Type.Number() }, { description: 'Device, as stat(2) has it, and inode of the file.' }),
  ),
  ip: Type.Optional(Type.String({ description: 'The other end of a connection.' })),
  port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
})

export const priorityShape = () => oneOf(PRIORITIES)

const FINDING = {
  id: Type.String(),
  rule: Type.String(),
  priority: priorityShape(),
  source: Type.String(),
  tags: words(),
  attack: Type.Array(techniqueShape),
  output: Type.String({ description: 'May hold hostile bytes: neutralise them before you show it.' }),
  outputFields: Type.Record(Type.String(), plainValue()),
  timeNs: timeNs('When the (first) event happened.'),
  hostname: Type.String(),
  eventIds: words(),
  lineage: Type.Array(lineageShape, { description: 'Its process and the ancestors of it, the nearest first.' }),
  containerId: optionalText(),
  processKey: Type.Optional(Type.String({ description: 'Names the process for ever.', examples: ['1234@81000000000'] })),
  why: Type.Array(reasonShape),
  confidence: Type.Optional(oneOf(['low', 'medium', 'high'], 'Of the rule.')),
  workload: Type.Optional(workloadShape),
  object: Type.Optional(objectShape),
  foldKey: Type.String({ description: 'Equal for findings that are folded into one.' }),
  count: count('How many equal findings this one stands for.'),
} as const

/** As rules make it, before the server adds to it. */
export const findingShape = nounShape<Finding>()('Finding', 'A rule that matched, with the reason spelled out.', FINDING)

export const storedFindingShape = nounShape<StoredFinding>()('StoredFinding', 'A finding with what people and the server made of it.', {
  ...FINDING,
  incidentId: optionalText(),
  excepted: Type.Boolean({ description: 'Its rule has an exception by now that would have kept it silent.' }),
})
