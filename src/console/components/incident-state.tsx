import type { IncidentState } from '../../findings/incident.ts'
import { Badge, type Tone } from './badge.tsx'

const STATES: Readonly<Record<IncidentState, { readonly tone: Tone; readonly word: string }>> = {
  open: { tone: 'error', word: 'Open' },
  acknowledged: { tone: 'notice', word: 'Acknowledged' },
  closed: { tone: 'good', word: 'Closed' },
}

export function IncidentStateBadge({ state }: { readonly state: IncidentState }) {
  return <Badge tone={STATES[state].tone}>{STATES[state].word}</Badge>
}
