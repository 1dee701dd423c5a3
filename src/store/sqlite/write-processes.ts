/** Takes in states and ends of processes. To be told something twice changes nothing. */
import type { ProcessExit, ProcessRecord } from '../../findings/process-record.ts'
import { timeValue } from '../time-value.ts'
import type { Database } from './database.ts'
import { searchText } from './search-text.ts'

export interface ProcessWriter {
  readonly record: (record: ProcessRecord) => void
  /** The first end stands. Of a process that is not known nothing is kept. */
  readonly exit: (exit: ProcessExit) => void
}

/** The one process of a host without which there is none: a new one means that the host was started anew. */
const FIRST_PID = 1

export function createProcessWriter(database: Database): ProcessWriter {
  const addState = database.prepare<{ number: number }>(
    'INSERT INTO process_states (hostname, id, process_key, state, bytes, document) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING number',
  )
  const put = database.prepare(
    `INSERT INTO processes (hostname, process_key, parent_key, pid, container_id, started_ns, state, state_number, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (hostname, process_key) DO UPDATE SET parent_key = excluded.parent_key, container_id = excluded.container_id,
       started_ns = excluded.started_ns, state = excluded.state, state_number = excluded.state_number, text = excluded.text
     WHERE excluded.state > state`,
  )
  const known = database.prepare('SELECT 1 FROM processes WHERE hostname = ? AND process_key = ?')
  const exit = database.prepare('UPDATE processes SET exit_ns = ? WHERE hostname = ? AND process_key = ? AND exit_ns IS NULL')
  // Left to itself SQLite goes through every process of the host that began before.
  const endOfPid = database.prepare(
    'UPDATE processes INDEXED BY processes_alive SET exit_ns = ? WHERE hostname = ? AND pid = ? AND process_key <> ? AND started_ns < ? AND exit_ns IS NULL',
  )
  const endOfAll = database.prepare('UPDATE processes SET exit_ns = ? WHERE hostname = ? AND started_ns < ? AND exit_ns IS NULL')

  function record(one: ProcessRecord): void {
    const { hostname, id, processKey, parentKey, pid, containerId, startedNs } = one
    const state = stateOf(id)
    const document = JSON.stringify(one)
    const added = addState.get(hostname, id, processKey, state, document.length, document)
    if (added === undefined) return
    const started = timeValue(startedNs)
    const isKnown = known.get(hostname, processKey) !== undefined
    put.run(hostname, processKey, parentKey ?? null, pid, containerId ?? null, started, state, added.number, textOf(one))
    if (isKnown) return
    // Its end was not told: the number cannot have been given to another before.
    endOfPid.run(started, hostname, pid, processKey, started)
    if (pid === FIRST_PID) endOfAll.run(started, hostname, started)
  }

  return { record, exit: ({ hostname, processKey, timeNs }: ProcessExit) => void exit.run(timeValue(timeNs), hostname, processKey) }
}

/** `1234@81000000000#2` is 2. */
function stateOf(id: string): number {
  const state = Number(id.slice(id.lastIndexOf('#') + 1))
  return Number.isSafeInteger(state) ? state : 0
}

function textOf({ name, exePath, cmdline, user, containerName, image }: ProcessRecord): string {
  return searchText([name, exePath, cmdline, user, containerName ?? '', image ?? ''])
}
