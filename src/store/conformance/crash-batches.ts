/** What the writer that is killed writes per batch, and the test then counts. */
export const SPOOL = 'spool'
export const FINDINGS_PER_BATCH = 3
export const EVENTS_PER_BATCH = 100
