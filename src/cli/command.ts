/** The form of a command. One definition per file in commands/, listed in commands.ts. */
import type { CommandContext } from './context.ts'
import type { ExitCode, ExitName } from './exit-code.ts'
import type { ArgumentDefinition, OptionDefinition, ValuesOf } from './option.ts'
import { SHARED_OPTIONS, type SharedValues } from './shared-options.ts'

export interface CommandExample {
  /** The command line without the leading `tarsier`. */
  readonly line: string
  readonly doc: string
}

type Options = Readonly<Record<string, OptionDefinition>>
type Arguments = Readonly<Record<string, ArgumentDefinition>>

export interface CommandDefinition<O extends Options = Options, A extends Arguments = Arguments> {
  /** One word, or two where it belongs to a group: `rules check`. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  readonly doc: string
  readonly arguments: A
  readonly options: O
  readonly examples: readonly CommandExample[]
  /** The exit codes that it can end with, beside `usage` and `failed`, which all have. */
  readonly exits: readonly ExitName[]
  /** Must import what is heavy only here, so that every other command starts fast. */
  readonly run: (input: ValuesOf<O> & ValuesOf<A> & SharedValues, context: CommandContext) => Promise<ExitCode>
}

/** A definition whose types are hidden, so that all fit into one list. */
export interface AnyCommand extends Omit<CommandDefinition, 'run'> {
  /** Understands the texts given; the result runs the command. Throws UsageError. */
  readonly prepare: (given: GivenTexts) => (context: CommandContext) => Promise<ExitCode>
}

/** By the keys of the definition. An option that was not given is absent; a flag that was given is an empty list. */
export interface GivenTexts {
  readonly options: Readonly<Record<string, readonly string[] | undefined>>
  readonly arguments: Readonly<Record<string, readonly string[]>>
}

export function defineCommand<O extends Options, A extends Arguments>(definition: CommandDefinition<O, A>): AnyCommand {
  const { run, ...rest } = definition
  const options = { ...definition.options, ...SHARED_OPTIONS }
  const prepare = (given: GivenTexts) => {
    const values = {
      ...Object.fromEntries(Object.entries(options).map(([key, option]) => [key, option.parse(given.options[key])])),
      ...Object.fromEntries(Object.entries(definition.arguments).map(([key, one]) => [key, one.parse(given.arguments[key] ?? [])])),
    }
    return (context: CommandContext) => run(values as Parameters<typeof run>[0], context)
  }
  return Object.freeze({ ...rest, options, prepare })
}
