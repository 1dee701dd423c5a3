/**
 * Something that a person can do, told once: menus, buttons, shortcuts and the command palette are made from it.
 * Actions about something that a page shows (an incident, a rule) take it as their subject; `bindAction` makes them whole.
 */
import type { QueryClient } from '@tanstack/react-query'
import type { LucideIcon } from 'lucide-react'
import type { Role } from '../../store/access-store.ts'
import type { SessionAnswer } from '../api/session.ts'

export interface ActionContext {
  /** To a path of the console, with its parameters: `/events?kind=process.exec`. */
  readonly goTo: (url: string) => void
  readonly client: QueryClient
  readonly session: SessionAnswer
}

export interface Action<Subject = undefined> {
  /** Unique; `incident.close`. */
  readonly id: string
  /** As a command: `Close incident`. */
  readonly name: string | ((subject: Subject) => string)
  readonly group: 'Go to' | 'Incident' | 'Finding' | 'Rule' | 'View' | 'Account' | 'Help'
  readonly icon: LucideIcon
  /** See app/keyboard.ts. */
  readonly shortcut?: string
  /** The least role that may. */
  readonly permission: Role
  /** Left out where it makes no sense: closing what is closed. */
  readonly appliesTo?: (subject: Subject, context: ActionContext) => boolean
  /** Words that find it in the palette besides its name. */
  readonly also?: string
  /** What rejects is told to the person as a toast. */
  readonly run: (context: ActionContext, subject: Subject) => unknown
}

export interface BoundAction extends Omit<Action, 'name' | 'run' | 'appliesTo'> {
  readonly name: string
  readonly run: (context: ActionContext) => unknown
}

/** The action for that subject, or undefined where it does not apply. */
export function bindAction<Subject>(action: Action<Subject>, subject: Subject, context: ActionContext): BoundAction | undefined {
  const { appliesTo, name, run, ...rest } = action
  if (appliesTo !== undefined && !appliesTo(subject, context)) return undefined
  return { ...rest, name: typeof name === 'string' ? name : name(subject), run: (at) => run(at, subject) }
}
