/** Where the events of a Sigma rule come from here, and what its fields are called: data, one file per source in sources/. */

/** How a field of Sigma is compared. */
export interface FieldMapping {
  /** Fields of ours that hold it; one that matches is enough. */
  readonly to: readonly string[]
  /** The field of type `net` for networks, where `to` is an address. */
  readonly network?: string
  /** By value of Sigma in lower case: a condition of ours instead of a comparison. A value that is not here never occurs. */
  readonly values?: Readonly<Record<string, string>>
  /** Our field is empty, and not missing, where the event has none. */
  readonly emptyWhenMissing?: true
}

/** A field of ours alone stands for its mapping. */
export type FieldMappings = Readonly<Record<string, FieldMapping | string>>

export interface RecordMapping {
  /** What every event of the kind satisfies, as a condition of ours. */
  readonly base: string
  /** The base is left out where the rule asks for this field, which says more. */
  readonly baseUnless?: string
  /** Fields of ours in which keywords are searched; none where there is no text to search. */
  readonly keywords: readonly string[]
  readonly fields: FieldMappings
  /** What the output of a rule tells besides its title. */
  readonly output: string
}

export interface LogSource {
  readonly product: string | undefined
  readonly category: string | undefined
  readonly service: string | undefined
}

export interface Source {
  /** As in a rule of Sigma. What is absent here must be absent there, but for the product. */
  readonly logsource: Partial<LogSource>
  /** The field that says which kind of record is meant, in lower case the key of `records`. */
  readonly recordField?: string
  /** One, or several kinds of records with fields of their own. The first is meant where nothing tells another. */
  readonly records: Readonly<Record<string, RecordMapping>>
}

const PROCESS_OUTPUT = 'user=%user.name program=%proc.exepath command=%proc.exeline parent=%proc.pexepath container=%container.id'

/** Who did it: fields that every kind of event has. */
export const ACTOR_FIELDS: FieldMappings = {
  Image: 'proc.exepath',
  CommandLine: 'proc.exeline',
  CurrentDirectory: 'proc.cwd',
  User: 'user.name',
  ProcessId: 'proc.pid',
  ParentProcessId: 'proc.ppid',
  ParentImage: 'proc.pexepath',
  ParentCommandLine: 'proc.pcmdline',
  LogonId: 'user.loginuid',
}

/** The output of a kind of event that has `more` to tell. */
export const outputOf = (more = ''): string => (more === '' ? PROCESS_OUTPUT : `${more} ${PROCESS_OUTPUT}`)
