/** Processes as JSON. */
import Type from 'typebox'
import type { ProcessRecord } from '../../findings/process-record.ts'
import type { StoredProcess } from '../../store/state-store.ts'
import type { ProcessActivity } from '../services.ts'
import { count, nounShape, optionalText, record, timeNs } from './shape.ts'

const RECORD = {
  id: Type.String({ description: 'Names this state of the process: `<pid>@<start>#<number>`.' }),
  processKey: Type.String(),
  parentKey: optionalText(),
  hostname: Type.String(),
  timeNs: timeNs('Since when it is in this state.'),
  pid: count(),
  ppid: count(),
  name: Type.String(),
  exePath: Type.String(),
  cmdline: Type.String(),
  user: Type.String(),
  uid: Type.Number(),
  containerId: optionalText(),
  containerName: optionalText(),
  image: optionalText(),
  startedNs: timeNs('When it was forked.'),
  fields: Type.Record(Type.String(), Type.Unknown(), { description: 'Fields of the rule language that follow from the process alone.' }),
} as const

export const processRecordShape = nounShape<ProcessRecord>()(
  'ProcessRecord',
  'A process in one of its states: one program, one set of rights.',
  RECORD,
)

export const processShape = nounShape<StoredProcess>()('StoredProcess', 'A process with its last state and its end.', {
  ...RECORD,
  exitNs: Type.Optional(timeNs('When it ended; absent while it runs, as far as is known.')),
  children: count(),
  findings: count(),
})

/** Of an incident or of one process. */
export const treeShape = record({
  processes: Type.Array(processShape),
  truncated: Type.Boolean({ description: 'There are more; those farthest away were left out.' }),
})

export const activityShape = nounShape<ProcessActivity>()('ProcessActivity', 'What a process did, gathered.', {
  files: Type.Array(record({ path: Type.String(), how: Type.String(), count: count(), lastNs: timeNs('The latest time.') })),
  connections: Type.Array(
    record({
      remote: Type.String(),
      direction: Type.String(),
      protocol: Type.String(),
      count: count(),
      lastNs: timeNs('The latest time.'),
    }),
  ),
  libraries: Type.Array(record({ path: Type.String(), lastNs: timeNs('The latest time.') })),
})
