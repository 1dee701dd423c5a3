import { text } from './option.ts'
import { STATE_OPTION } from './store-options.ts'

/** Of the commands that look at a bundle. */
export const EVIDENCE_KEY_OPTIONS = {
  key: text('FILE', 'The public key (PEM) that it has to be signed with: keys/evidence.pub of the host that made it.'),
  state: STATE_OPTION,
} as const
