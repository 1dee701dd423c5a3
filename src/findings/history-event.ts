/** An event as history keeps it: its own fields flat, and the state of its process by name. */
export interface HistoryEvent {
  /** As in findings (`Finding.eventIds`). */
  readonly id: string
  readonly hostname: string
  /** ns since 1970. */
  readonly timeNs: number
  /** `file.open`; for sources without kinds their name. */
  readonly kind: string
  /** `evt.type`. */
  readonly type: string
  /** `ProcessRecord.id`; undefined for events without a process. */
  readonly processId: string | undefined
  readonly processKey: string | undefined
  /** Of the language, flat: those of the event itself. With those of the process record they make the event whole. */
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * Fields that history keeps as columns of their own, by the name they have in the language: these a store can filter, count and sort
 * by. What a condition asks of others is looked at event by event.
 */
export const HISTORY_COLUMNS = {
  'evt.type': 'text',
  'evt.failed': 'boolean',
  'evt.is_open_write': 'boolean',
  'proc.name': 'text',
  'proc.exepath': 'text',
  'proc.cmdline': 'text',
  'proc.pid': 'number',
  'proc.ppid': 'number',
  'proc.pname': 'text',
  'user.name': 'text',
  'user.uid': 'number',
  'container.id': 'text',
  'container.name': 'text',
  'container.image.repository': 'text',
  'k8s.ns.name': 'text',
  'k8s.pod.name': 'text',
  'fd.name': 'text',
  'fd.directory': 'text',
  'fd.filename': 'text',
  'fd.type': 'text',
  'fd.typechar': 'text',
  'fd.l4proto': 'text',
  'fd.rip': 'text',
  'fd.rport': 'number',
  'fd.lip': 'text',
  'fd.lport': 'number',
  'fd.sip': 'text',
  'fd.sport': 'number',
  'fs.path.name': 'text',
} as const satisfies Readonly<Record<string, 'text' | 'number' | 'boolean'>>

export type HistoryColumn = keyof typeof HISTORY_COLUMNS
