import { incidentStateCommand } from '../incident-change.ts'

export const incidentsAcknowledge = incidentStateCommand({
  word: 'acknowledge',
  state: 'acknowledged',
  summary: 'Say that somebody looks at incidents.',
  doc: 'They stay in the list of what is open.',
})
