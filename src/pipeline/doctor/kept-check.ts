/** What responses have left on the disk: evidence and pasts go by themselves, what is in quarantine does not. */
import type { HealthCheck } from '../../lib/health.ts'
import { formatBytes } from '../../lib/quantity.ts'
import { keptBytes } from '../responses/kept-folders.ts'

/** From so much on it is worth a look. */
const MANY_BYTES = 2 ** 30

/** `state`: the folder of what outlives a run. One that may not be read is told. */
export function checkKept(state: string): HealthCheck {
  const known = { group: 'Kept', name: 'quarantine' }
  try {
    const { files, bytes } = keptBytes(state, 'quarantine')
    if (files === 0) return { ...known, status: 'ok', detail: 'empty' }
    const detail = `${formatBytes(bytes)} below ${state}/quarantine; nothing of it is deleted by itself`
    const fix = 'Take back what was quarantined by mistake (tarsier respond undo), and delete by hand what nobody needs any more.'
    return bytes < MANY_BYTES ? { ...known, status: 'ok', detail } : { ...known, status: 'warning', detail, fix }
  } catch (error) {
    return { ...known, status: 'warning', detail: (error as Error).message, fix: 'Run it as root.' }
  }
}
