import type { ActionPhase } from '../../findings/action-record.ts'
import { Badge, type Tone } from './badge.tsx'

interface Look {
  readonly tone: Tone
  readonly word: string
  readonly tip: string
}

const LOOKS: Readonly<Record<ActionPhase, Look>> = {
  planned: { tone: 'info', word: 'Dry run', tip: 'Nothing was done: this is what would have been.' },
  asked: { tone: 'warning', word: 'Waits', tip: 'Somebody has to allow it, or it was handed to the agent just now.' },
  denied: { tone: 'info', word: 'Denied', tip: 'Somebody said no.' },
  expired: { tone: 'info', word: 'Expired', tip: 'Nobody answered in time.' },
  refused: { tone: 'warning', word: 'Refused', tip: 'The guard of the agent held it back.' },
  allowed: { tone: 'accent', word: 'Under way', tip: 'The guard let it pass.' },
  executed: { tone: 'accent', word: 'Done', tip: 'Done; whether it worked is being looked at.' },
  failed: { tone: 'critical', word: 'Failed', tip: 'It could not be done.' },
  gone: { tone: 'info', word: 'Had ended', tip: 'What it was for had ended by itself before.' },
  verified: { tone: 'good', word: 'Verified', tip: 'Done, and seen from outside to have worked.' },
  unverified: { tone: 'critical', word: 'Unverified', tip: 'Done, but it could not be seen to have worked.' },
  'rolled-back': { tone: 'info', word: 'Taken back', tip: 'It was undone.' },
  'rollback-failed': { tone: 'critical', word: 'Not taken back', tip: 'To undo it failed; the agent tries again.' },
}

/** How far an action came. */
export function ActionPhaseBadge({ phase }: { readonly phase: ActionPhase }) {
  const { tone, word, tip } = LOOKS[phase]
  return (
    <Badge tone={tone} tip={tip}>
      {word}
    </Badge>
  )
}
