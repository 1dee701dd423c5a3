import type { CoverageState } from '../../api/coverage.ts'
import { Badge, type Tone } from '../../components/badge.tsx'

const SAID: Readonly<Record<CoverageState, { readonly name: string; readonly tone: Tone; readonly tip: string }>> = {
  none: { name: 'Not covered', tone: 'info', tip: 'No rule that is on looks for it.' },
  claimed: { name: 'Claimed', tone: 'critical', tip: 'A rule names it, but the sensor makes no events that the rule wants.' },
  data: { name: 'Has data', tone: 'warning', tip: 'A rule names it and its events come; the rule has too few tests.' },
  tested: {
    name: 'Tested',
    tone: 'notice',
    tip: 'The rule passes its tests; no attack was run against it on a real kernel, or not since it changed.',
  },
  proven: { name: 'Proven', tone: 'good', tip: 'An attack was run on a real kernel, and the rule found it.' },
}

export const stateName = (state: CoverageState): string => SAID[state].name

export const StateMark = ({ state }: { readonly state: CoverageState }) => (
  <Badge tone={SAID[state].tone} tip={SAID[state].tip}>
    {SAID[state].name}
  </Badge>
)
