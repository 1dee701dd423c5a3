/** The parts of a command's help that commander does not write: examples and exit codes. */
import type { AnyCommand } from './command.ts'
import { EXIT, EXIT_DOC, type ExitName } from './exit-code.ts'

const GROUPS: Readonly<Record<string, string>> = {
  rules: 'Check, list and try out rules.',
  store: 'Look after what the server keeps.',
}

export function groupSummary(group: string): string {
  return GROUPS[group] ?? `Commands about ${group}.`
}

/** Every command can also end with these. */
const COMMON_EXITS: readonly ExitName[] = ['usage', 'failed']

export function exitsOf(command: AnyCommand): readonly ExitName[] {
  const names = [...command.exits, ...COMMON_EXITS]
  return (Object.keys(EXIT) as ExitName[]).filter((name) => names.includes(name))
}

export function afterHelp(command: AnyCommand): string {
  const examples = command.examples.flatMap(({ line, doc }) => [`  tarsier ${line}`, `      ${doc}`])
  const exits = exitsOf(command).map((name) => `  ${EXIT[name]}  ${EXIT_DOC[name]}`)
  return ['', 'Examples:', ...examples, '', 'Exit codes:', ...exits].join('\n')
}

export const PROGRAM_HELP = `
Begin with:
  tarsier doctor       Can it run here?
  sudo tarsier run     Watch this host.

Environment:
  NO_COLOR, FORCE_COLOR     Colours never, or always; --color decides before both.
  TARSIER_STATE=DIR         The folder of what outlives a run, where --state names none (/var/lib/tarsier).
  TARSIER_SERVER, TARSIER_TOKEN   The server that commands ask, and what lets them in.
  TARSIER_LOG=debug         Say more on standard error.
  TARSIER_TRACEPOINTS=1     Watch system calls by tracepoints even where the kernel has better.
  TARSIER_LOG_FORMAT=json   Say it as JSON lines.

Each command has its own --help with examples and exit codes.`
