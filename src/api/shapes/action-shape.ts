/** Actions and responses as JSON. */
import Type from 'typebox'
import { ACTION_MODES, ACTION_PHASES, type ActionReach, type ActionRecord, type ActionStep } from '../../findings/action-record.ts'
import { RESPONSE_MODES } from '../../lang/response-items.ts'
import type { ActionInfo, PlannedResponse, ResponsePlan, ResponseSummary, ResponsesInForce } from '../services.ts'
import { diagnosticShape } from './event-shape.ts'
import { count, nounShape, oneOf, optionalText, plainValue, record, timeNs, words } from './shape.ts'

const stepShape = nounShape<ActionStep>()('ActionStep', 'How far an action came.', {
  phase: oneOf(ACTION_PHASES),
  timeNs: timeNs('When.'),
  detail: Type.String({ description: 'Words for people. May hold hostile bytes.' }),
})

const reachShape = nounShape<ActionReach>()('ActionReach', 'Whom an action touched or would touch.', {
  processes: words(),
  processCount: count('How many in all.'),
  containers: words(),
})

export const actionShape = nounShape<ActionRecord>()('ActionRecord', 'What was done about something, or would have been.', {
  id: Type.String(),
  timeNs: timeNs('When it was wished for.'),
  hostname: Type.String(),
  action: Type.String({ examples: ['kill-tree'] }),
  target: Type.String({ description: 'Whom it is about, in words. May hold hostile bytes.' }),
  mode: oneOf(ACTION_MODES),
  phase: oneOf(ACTION_PHASES, 'That of the last step.'),
  steps: Type.Array(stepShape),
  findingId: optionalText(),
  incidentId: optionalText(),
  userId: optionalText(),
  policy: Type.Optional(Type.String({ description: 'Name of the response; absent: a person asked for it.' })),
  undoable: Type.Boolean(),
  expiresNs: Type.Optional(timeNs('When it is taken back by itself.')),
  reach: reachShape,
  detail: Type.Record(Type.String(), plainValue()),
})

export const actionInfoShape = nounShape<ActionInfo>()('ActionInfo', 'Something that can be done.', {
  name: Type.String(),
  doc: Type.String(),
  needs: Type.String(),
  undoable: Type.Boolean(),
  settings: Type.Record(Type.String(), Type.Unknown(), { description: 'JSON schema of its settings.' }),
})

const summaryShape = nounShape<ResponseSummary>()('ResponseSummary', 'What is done about which findings.', {
  name: Type.String(),
  desc: Type.String(),
  mode: oneOf(RESPONSE_MODES),
  actions: words(),
  limits: record({ perMinute: count(), concurrent: count(), processes: count(), containers: count() }),
  file: Type.String(),
})

export const inForceShape = nounShape<ResponsesInForce>()('ResponsesInForce', 'The responses of the files that the agent runs.', {
  responses: Type.Array(summaryShape),
  protections: words(),
  maintenance: Type.Array(record({ name: Type.String(), mode: Type.String(), open: Type.Boolean() })),
  diagnostics: Type.Array(diagnosticShape),
})

const plannedShape = nounShape<PlannedResponse>()('PlannedResponse', 'What a finding would have led to.', {
  response: Type.String(),
  mode: Type.String(),
  actions: words(),
  target: Type.String(),
  findingId: Type.String(),
  rule: Type.String(),
  timeNs: timeNs('Of the finding.'),
  hostname: Type.String(),
})

export const planShape = nounShape<ResponsePlan>()('ResponsePlan', 'What responses would have done over findings of the past.', {
  diagnostics: Type.Array(diagnosticShape),
  findings: count(),
  truncated: Type.Boolean(),
  totals: Type.Array(record({ response: Type.String(), mode: Type.String(), count: count(), targets: count() })),
  planned: Type.Array(plannedShape),
})
