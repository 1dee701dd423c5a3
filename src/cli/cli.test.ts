import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PRIORITIES } from '../findings/finding.ts'
import { createProgram } from './cli.ts'
import type { AnyCommand, GivenTexts } from './command.ts'
import { COMMANDS, findCommands, loadCommands } from './commands.ts'
import { completionScript } from './completion-script.ts'
import { exitsOf } from './help.ts'
import { flagName } from './option.ts'
import { asUrgentAs } from './priority-option.ts'

const commands = await loadCommands()
const named = commands.map((command) => [command.name, command] as const)

/** What the parser makes of a command line. */
async function parse(args: readonly string[]) {
  const found: { command?: AnyCommand; given?: GivenTexts; printed: string } = { printed: '' }
  const write = (text: string) => {
    found.printed += text
  }
  const stdout = {
    write,
    stats: () => ({ written: 0, dropped: 0, queuedBytes: 0, failed: false }),
    room: async () => {},
    close: async () => {},
  }
  const program = createProgram(commands, { stdout, stderr: write, version: '1' }, async (command, given) => {
    command.prepare(given)
    Object.assign(found, { command, given })
  })
  await program.parseAsync([...args], { from: 'user' }).catch((error: Error & { code?: string }) => {
    if (!error.code?.startsWith('commander.')) throw error
  })
  return found
}

/** Splits as a shell does: blanks, and single quotes around blanks; what follows a `>` is the shell's. */
function words(line: string): string[] {
  const [typed = ''] = line.split(' > ')
  return [...typed.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

describe('every command', () => {
  test('has its name in the list', () => {
    expect(commands.map((command) => command.name)).toEqual(COMMANDS.map((entry) => entry.name))
  })

  test('lies in a file of its own', () => {
    const files = readdirSync(join(import.meta.dirname, 'commands')).filter((name) => !name.includes('.test.'))
    expect(files.sort()).toEqual(commands.map((command) => `${command.name.replace(' ', '-')}.ts`).sort())
  })

  test.each(named)('%s has examples that its own parser takes', async (name, command) => {
    expect(command.examples.length).toBeGreaterThan(0)
    for (const { line } of command.examples) {
      const { command: found, printed } = await parse(words(line))
      expect(found?.name, `${line}: ${printed}`).toBe(name)
    }
  })

  test.each(named)('%s explains itself, its options and its exit codes', async (name, command) => {
    const { printed } = await parse([...name.split(' '), '--help'])
    expect(printed).toContain('Examples:')
    for (const key of Object.keys(command.options)) expect(printed).toContain(flagName(key))
    expect(exitsOf(command)).toContain('ok')
    for (const text of [command.summary, command.doc, ...Object.values(command.options).map((option) => option.doc)])
      expect(text).toMatch(/\.$|\)\.?$/)
    expect(command.options).toHaveProperty('json')
  })
})

describe('a wrong command line', () => {
  const WRONG: readonly [sentence: string, line: string, says: RegExp][] = [
    ['an unknown command gets a hint', 'doctro', /unknown command 'doctro'[\s\S]*Did you mean doctor/],
    ['an unknown sub-command gets a hint', 'rules chekc', /unknown command 'chekc'[\s\S]*Did you mean check/],
    ['an unknown option gets a hint', 'run --fromat json', /unknown option '--fromat'[\s\S]*Did you mean --format/],
    ['an option needs its value', 'run --ring', /argument missing/],
    ['a command needs its arguments', 'replay', /missing required argument 'FILE'/],
    ['too many arguments are refused', 'version x', /too many arguments/],
  ]

  test.each(WRONG)('%s: %s', async (_, line, says) => {
    const { command, printed } = await parse(line.split(' '))
    expect(command).toBeUndefined()
    expect(printed).toMatch(says)
  })

  const VALUES: readonly [line: string, says: RegExp][] = [
    ['run --format xml', /xml is none of pretty, json/],
    ['run --ring lots', /lots must be an amount/],
    ['run --fold-window -1', /-1 must be a time/],
    ['run --priority loud', /loud is none of emergency/],
    ['record x --seconds 0', /0 must be a number of seconds/],
    ['completion powershell', /powershell is none of bash/],
  ]

  test.each(VALUES)('%s is refused', async (line, says) => {
    await expect(parse(line.split(' '))).rejects.toThrow(says)
  })
})

describe('options', () => {
  test.each([
    ['run --rules a b --rules c', 'rules', ['a', 'b', 'c']],
    ['run --output json --output file:x', 'output', ['json', 'file:x']],
    ['run --no-compat', 'noCompat', []],
    ['run -v', 'verbose', []],
    ['run --color=never', 'color', ['never']],
  ])('%s', async (line, key, values) => {
    const { given } = await parse(line.split(' '))
    expect(given?.options[key]).toEqual(values)
    expect(Object.keys(given?.options ?? {})).toEqual([key])
  })
})

describe('a command that has others below it', () => {
  test.each([
    ['incidents inc-1 --limit 3', 'incidents', { id: ['inc-1'] }, ['limit']],
    ['incidents close inc-1 inc-2 --json', 'incidents close', { ids: ['inc-1', 'inc-2'] }, ['json']],
    ['incidents --json', 'incidents', { id: [] }, ['json']],
  ])('%s', async (line, name, given, keys) => {
    const found = await parse(line.split(' '))
    expect(found.command?.name, found.printed).toBe(name)
    expect(found.given?.arguments).toEqual(given)
    expect(Object.keys(found.given?.options ?? {})).toEqual(keys)
  })

  test('is found with them, and each of them alone', () => {
    const names = (line: string): string[] => findCommands(line.split(' ')).map(({ name }) => name)
    expect(names('incidents close')).toEqual(['incidents close'])
    expect(names('incidents inc-1')).toEqual(expect.arrayContaining(['incidents', 'incidents close', 'incidents note']))
    expect(names('run')).toEqual(['run'])
    expect(names('rules')).toEqual([])
  })
})

describe('--priority', () => {
  test.each([
    ['emergency', ['emergency']],
    ['critical', ['emergency', 'alert', 'critical']],
    ['info', PRIORITIES.filter((one) => one !== 'debug')],
  ] as const)('%s means it and all that is more urgent', (word, expected) => {
    expect(asUrgentAs(word)).toEqual(expected)
  })
})

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'] as const)('%s knows every command and option', (shell) => {
    const script = completionScript(shell, commands)
    for (const command of commands) {
      for (const word of command.name.split(' ')) expect(script).toContain(word)
      for (const key of Object.keys(command.options)) expect(script).toContain(flagName(key).slice(shell === 'fish' ? 2 : 0))
    }
  })

  test.each([
    ['tarsier ', ['run', 'rules', 'doctor']],
    ['tarsier rules ', ['check', 'list', 'eval']],
    ['tarsier incidents ', ['close', 'assign', '--state', '--host']],
    ['tarsier incidents close --', ['--server', '--json']],
    ['tarsier incidents --state ', ['open', 'closed']],
    ['tarsier rules check --', ['--json', '--help']],
    ['tarsier run --format ', ['pretty', 'json']],
    ['tarsier completion ', ['bash', 'zsh', 'fish']],
  ])('bash completes "%s"', async (line, expected) => {
    const { execFileSync } = await import('node:child_process')
    const typed = line.split(' ')
    const set = `COMP_WORDS=(${typed.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${typed.length - 1}; _tarsier; printf '%s\\n' "\${COMPREPLY[@]}"`
    const out = execFileSync('bash', ['-c', `${completionScript('bash', commands)}\n${set}`], { encoding: 'utf8' })
    expect(out.split('\n')).toEqual(expect.arrayContaining(expected))
  })
})
