/** Incidents and what hangs on them, as JSON. */
import Type from 'typebox'
import { CAUSAL_KEYS, type CausalKey, INCIDENT_STATES, type Incident, type StorySentence } from '../../findings/incident.ts'
import type { IncidentNote } from '../../store/state-store.ts'
import type { NextAction, Story, TimelineEntry } from '../services.ts'
import { priorityShape } from './finding-shape.ts'
import { count, nounShape, oneOf, optionalText, timeNs, words } from './shape.ts'

const causalKeyShape = nounShape<CausalKey>()('CausalKey', 'What findings of an incident have in common.', {
  kind: oneOf(CAUSAL_KEYS),
  value: Type.String(),
})

export const incidentShape = nounShape<Incident>()('Incident', 'Findings that belong together.', {
  id: Type.String(),
  title: Type.String({ description: 'What happened to whom. May hold hostile bytes.' }),
  state: oneOf(INCIDENT_STATES),
  assignee: Type.Optional(Type.String({ description: 'Id of the user who has taken it.' })),
  hostname: Type.String(),
  keys: Type.Array(causalKeyShape),
  risk: Type.Number({ minimum: 0, maximum: 100 }),
  priority: priorityShape(),
  techniques: words(),
  rules: words(),
  findings: count(),
  firstNs: timeNs('Its first finding.'),
  lastNs: timeNs('Its latest finding.'),
  containerId: optionalText(),
  processKey: optionalText(),
})

const sentenceShape = nounShape<StorySentence>()('StorySentence', 'One thing that happened, in plain words.', {
  timeNs: timeNs('When it happened.'),
  text: Type.String(),
  priority: priorityShape(),
  findingId: Type.String(),
  processKey: optionalText(),
  techniques: words(),
})

const nextActionShape = nounShape<NextAction>()('NextAction', 'What a person could do about it.', {
  title: Type.String(),
  detail: Type.String(),
  command: Type.Optional(Type.String({ description: 'For a shell on that host; nothing runs it by itself.' })),
})

export const storyShape = nounShape<Story>()('Story', 'An incident told in sentences.', {
  summary: Type.String(),
  sentences: Type.Array(sentenceShape),
  nextActions: Type.Array(nextActionShape),
})

export const timelineEntryShape = nounShape<TimelineEntry>()('TimelineEntry', 'One line of a timeline.', {
  timeNs: timeNs('When it happened.'),
  kind: oneOf(['finding', 'event', 'exec', 'exit']),
  text: Type.String(),
  priority: Type.Optional(priorityShape()),
  id: Type.String(),
  processKey: optionalText(),
})

export const noteShape = nounShape<IncidentNote>()('IncidentNote', 'What somebody wrote about an incident.', {
  id: Type.String(),
  incidentId: Type.String(),
  timeNs: timeNs('When it was written.'),
  userId: Type.String(),
  userName: Type.String(),
  text: Type.String(),
})
