/** docs/reference/cli.md: every command with its arguments, options, examples and exit codes. */
import type { AnyCommand } from '../../src/cli/command.ts'
import { loadCommands } from '../../src/cli/commands.ts'
import { EXIT, EXIT_DOC, type ExitName } from '../../src/cli/exit-code.ts'
import { exitsOf } from '../../src/cli/help.ts'
import { type ArgumentDefinition, flagName, type OptionDefinition } from '../../src/cli/option.ts'
import { SHARED_OPTIONS } from '../../src/cli/shared-options.ts'
import { code, GENERATED_NOTE, table } from './markdown.ts'

export async function generateCliPage(): Promise<string> {
  const commands = await loadCommands()
  return `${[
    GENERATED_NOTE,
    '# Commands',
    'After set-up: `./tarsier COMMAND` in the clone, or `npx tarsier COMMAND`. Results go to standard output, everything else to standard error.',
    table(
      ['command', 'what it does'],
      commands.map((command) => [`[${code(`tarsier ${command.name}`)}](#tarsier-${command.name.replaceAll(' ', '-')})`, command.summary]),
    ),
    'Every command takes these options:',
    optionTable(SHARED_OPTIONS),
    'and ends with one of these exit codes:',
    table(
      ['code', 'what it says'],
      (Object.keys(EXIT) as ExitName[]).map((name) => [String(EXIT[name]), EXIT_DOC[name]]),
    ),
    ...commands.flatMap(section),
  ].join('\n\n')}\n`
}

function section(command: AnyCommand): string[] {
  const own = Object.fromEntries(Object.entries(command.options).filter(([key]) => !(key in SHARED_OPTIONS)))
  const given = Object.values(command.arguments)
  return [
    `## tarsier ${command.name}`,
    command.doc,
    `\`\`\`\ntarsier ${[command.name, ...given.map(argumentText), '[options]'].join(' ')}\n\`\`\``,
    ...(given.length === 0
      ? []
      : [
          table(
            ['argument', 'what it says'],
            given.map((one) => [code(one.name), one.doc]),
          ),
        ]),
    ...(Object.keys(own).length === 0 ? [] : [optionTable(own)]),
    table(
      ['example', 'what it does'],
      command.examples.map(({ line, doc }) => [code(`tarsier ${line}`), doc]),
    ),
    `Exit codes: ${exitsOf(command)
      .map((name) => EXIT[name])
      .join(', ')}.`,
  ]
}

function argumentText({ name, required, many }: ArgumentDefinition): string {
  const text = many ? `${name}…` : name
  return required ? text : `[${text}]`
}

const optionTable = (options: Readonly<Record<string, OptionDefinition>>): string =>
  table(
    ['option', 'what it does'],
    Object.entries(options).map(([key, option]) => [
      code(optionText(key, option)),
      option.presetDoc === undefined ? option.doc : `${option.doc} ${option.presetDoc}`,
    ]),
  )

function optionText(key: string, { short, value, many, optionalValue }: OptionDefinition): string {
  const name = short === undefined ? flagName(key) : `-${short}, ${flagName(key)}`
  if (optionalValue) return `${name} [${value}]`
  return value === undefined ? name : `${name} ${value}${many === 'variadic' ? '…' : ''}`
}
