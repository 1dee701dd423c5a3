import { incidentStateCommand } from '../incident-change.ts'

export const incidentsClose = incidentStateCommand({
  word: 'close',
  state: 'closed',
  summary: 'Close incidents: there is nothing left to do.',
  doc: 'They leave the list of what is open, and are kept; `tarsier incidents reopen` takes it back.',
})
