import { incidentStateCommand } from '../incident-change.ts'

export const incidentsReopen = incidentStateCommand({
  word: 'reopen',
  state: 'open',
  summary: 'Open incidents again.',
  doc: 'Also those that were acknowledged.',
})
