/** Parses the command line and runs one command. Everything about a command comes from its definition. */
import { Command, CommanderError, Option } from 'commander'
import type { AnyCommand, GivenTexts } from './command.ts'
import { findCommands, loadCommands } from './commands.ts'
import type { CommandContext } from './context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { afterHelp, groupSummary, PROGRAM_HELP } from './help.ts'
import { type ArgumentDefinition, flagName, type OptionDefinition } from './option.ts'

/** Runs what `args` (without node and script) ask for and says failures on standard error. Never throws. */
export async function runCli(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok
  try {
    const program = createProgram(await commandsFor(args), context, async (command, given) => {
      exit = await command.prepare(given)(context)
    })
    await program.parseAsync(args, { from: 'user' })
    return exit
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    const { reportError } = await import('./report-error.ts')
    return reportError(error, args, context)
  }
}

/** Only those asked for, where the first words name one: loading all of them takes longer than many commands do. */
async function commandsFor(args: readonly string[]): Promise<readonly AnyCommand[]> {
  const entries = findCommands(args)
  return entries.length === 0 ? loadCommands() : Promise.all(entries.map((entry) => entry.load()))
}

type Printers = Pick<CommandContext, 'stdout' | 'stderr' | 'version'>
type Invoke = (command: AnyCommand, given: GivenTexts) => Promise<void>

/** A parser of these commands; it calls `invoke` with what it found. Throws CommanderError. */
export function createProgram(commands: readonly AnyCommand[], context: Printers, invoke: Invoke): Command {
  const program = prepare(new Command('tarsier'), context)
  program.description('Watches running workloads from the kernel up and says what went wrong and why.')
  program.version(`tarsier ${context.version}`, '-V, --version', 'Print the version.')
  program.addHelpText('after', PROGRAM_HELP)
  const groups = new Map<string, Command>()
  for (const definition of commands) {
    const command = createCommand(definition, context, invoke)
    parentOf(definition, program, groups, context).addCommand(command)
    // One that is a command itself and has others below it: incidents, incidents close.
    if (!definition.name.includes(' ')) groups.set(definition.name, command)
  }
  return program
}

function parentOf(definition: AnyCommand, program: Command, groups: Map<string, Command>, context: Printers): Command {
  const [group = '', member] = definition.name.split(' ')
  if (member === undefined) return program
  const found = groups.get(group)
  if (found) return found
  const made = prepare(new Command(group), context).description(groupSummary(group))
  groups.set(group, made)
  program.addCommand(made)
  return made
}

function createCommand(definition: AnyCommand, context: Printers, invoke: Invoke): Command {
  const command = prepare(new Command(definition.name.split(' ').at(-1)), context)
  command.summary(definition.summary).description(definition.doc).addHelpText('after', afterHelp(definition))
  const given: Record<string, string[] | undefined> = {}
  for (const [key, option] of Object.entries(definition.options)) addOption(command, key, option, given)
  const names = Object.entries(definition.arguments)
  for (const [, argument] of names) command.argument(argumentText(argument), argument.doc)
  command.action(async (...values: unknown[]) => {
    const texts = Object.fromEntries(names.map(([key], index) => [key, textsOf(values[index])]))
    await invoke(definition, { options: given, arguments: texts })
  })
  return command
}

/** Values are gathered through events, in the order given, whatever the form of the option. */
function addOption(command: Command, key: string, option: OptionDefinition, given: Record<string, string[] | undefined>): void {
  const flags = `${option.short === undefined ? '' : `-${option.short}, `}${flagName(key)}${valueText(option)}`
  const made = new Option(flags, option.doc)
  command.addOption(made)
  command.on(`option:${made.name()}`, (value: string | null) => {
    given[key] = [...(given[key] ?? []), ...(value === null || value === undefined ? [] : [value])]
  })
}

function valueText({ value, many, optionalValue }: OptionDefinition): string {
  if (optionalValue) return ` [${value}]`
  return value === undefined ? '' : ` <${value}${many === 'variadic' ? '...' : ''}>`
}

function argumentText({ name, required, many }: ArgumentDefinition): string {
  const inside = `${name}${many ? '...' : ''}`
  return required ? `<${inside}>` : `[${inside}]`
}

function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String)
  return value === undefined ? [] : [String(value)]
}

/** Settings that commander does not hand down to sub-commands. */
function prepare(command: Command, { stdout, stderr }: Printers): Command {
  return command
    .exitOverride()
    .enablePositionalOptions() // what stands behind the name of a command is that one's
    .helpOption('-h, --help', 'Print help.')
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr(text) })
    .configureHelp({ sortSubcommands: false, helpWidth: 110 })
    .showHelpAfterError('(add --help for the options)')
    .showSuggestionAfterError(true)
}
