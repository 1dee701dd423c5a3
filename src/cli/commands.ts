/** Every command, one line each, in the order of the help. Loaded one by one: a start should not read what it does not need. */
import type { AnyCommand } from './command.ts'

export interface CommandEntry {
  readonly name: string
  readonly load: () => Promise<AnyCommand>
}

export const COMMANDS: readonly CommandEntry[] = [
  { name: 'run', load: async () => (await import('./commands/run.ts')).run },
  { name: 'events', load: async () => (await import('./commands/events.ts')).events },
  { name: 'record', load: async () => (await import('./commands/record.ts')).record },
  { name: 'replay', load: async () => (await import('./commands/replay.ts')).replay },
  { name: 'rules check', load: async () => (await import('./commands/rules-check.ts')).rulesCheck },
  { name: 'rules list', load: async () => (await import('./commands/rules-list.ts')).rulesList },
  { name: 'rules eval', load: async () => (await import('./commands/rules-eval.ts')).rulesEval },
  { name: 'fields', load: async () => (await import('./commands/fields.ts')).fields },
  { name: 'doctor', load: async () => (await import('./commands/doctor.ts')).doctor },
  { name: 'completion', load: async () => (await import('./commands/completion.ts')).completion },
  { name: 'version', load: async () => (await import('./commands/version.ts')).version },
]

/** The definitions of all commands, for the help, the completion and the reference. */
export function loadCommands(): Promise<readonly AnyCommand[]> {
  return Promise.all(COMMANDS.map((entry) => entry.load()))
}

/** The command that the first words name; undefined when they name none. */
export function findCommand(args: readonly string[]): CommandEntry | undefined {
  const [first, second] = args
  return COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`)
}
