/** What has been done and can be taken back, and what is being done, on the disk: the next agent has to know it. */
import { readFileSync } from 'node:fs'
import type { ActionRecord } from '../findings/action-record.ts'
import type { Log } from '../lib/log.ts'
import { replaceFile } from '../lib/write-file.ts'
import type { Done } from './action.ts'
import type { ActionSubject } from './subject.ts'

/** An action that stands, or is under way. */
export interface StandingAction {
  readonly record: ActionRecord
  readonly subject: ActionSubject
  readonly settings: Readonly<Record<string, unknown>>
  readonly done: Done
}

export interface Journal {
  /** Those that are done. */
  readonly standing: () => readonly StandingAction[]
  /** One of those, by the id of its record. */
  readonly find: (id: string) => StandingAction | undefined
  /** Those that were begun, and not done: by this agent, or by one that was killed. `done` has what was noted to take them back, if anything. */
  readonly begun: () => readonly StandingAction[]
  readonly put: (action: StandingAction) => void
  readonly remove: (id: string) => void
}

/** Of the agent that had the folder before, if any. A journal that cannot be read is said, and kept beside. */
export function openJournal(path: string, log: Log): Journal {
  const standing = new Map(read(path, log).map((action) => [action.record.id, action]))

  function save(): void {
    try {
      replaceFile(path, `${JSON.stringify([...standing.values()])}\n`, { mode: 0o600, folderMode: 0o700 })
    } catch (error) {
      log.error('what was done cannot be written down: an agent that starts anew will not take it back', {
        path,
        reason: (error as Error).message,
      })
    }
  }

  return Object.freeze({
    standing: () => [...standing.values()].filter((action) => !isBegun(action)),
    find: (id: string) => {
      const found = standing.get(id)
      return found === undefined || isBegun(found) ? undefined : found
    },
    begun: () => [...standing.values()].filter(isBegun),
    put: (action: StandingAction) => {
      standing.set(action.record.id, action)
      save()
    },
    remove: (id: string) => {
      if (standing.delete(id)) save()
    },
  })
}

const isBegun = ({ record }: StandingAction): boolean => record.phase === 'allowed'

function read(path: string, log: Log): StandingAction[] {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return Array.isArray(value) ? value.filter(isStanding) : []
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.error('what was done before cannot be read: it is not taken back by itself', { path, reason: (error as Error).message })
    return []
  }
}

function isStanding(value: unknown): value is StandingAction {
  const { record, subject, done, settings } = (value ?? {}) as Partial<StandingAction>
  return [record, subject, done, settings].every((part) => typeof part === 'object' && part !== null) && typeof record?.id === 'string'
}
