/** The commands that change a user at the store of this host: they differ in what they do and say. */
import type { User } from '../store/access-store.ts'
import { type AnyCommand, defineCommand } from './command.ts'
import type { CommandContext } from './context.ts'
import { EXIT } from './exit-code.ts'
import { argument } from './option.ts'
import { STATE_OPTION, storeFolder } from './store-options.ts'

interface UserChange {
  readonly word: string
  readonly summary: string
  readonly doc: string
  readonly run: (context: CommandContext, folder: string, name: string) => Promise<User>
  /** Completes `ada …`. */
  readonly said: string
}

export function userCommand({ word, summary, doc, run, said }: UserChange): AnyCommand {
  return defineCommand({
    name: `users ${word}`,
    summary,
    doc: `${doc} Writes to the store of this host, also while the server runs, and to the audit log. Needs root.`,
    arguments: { name: argument('NAME', 'Of the user.') },
    options: { state: STATE_OPTION },
    examples: [
      { line: `users ${word} ada`, doc: summary },
      { line: `users ${word} ada --json`, doc: 'Prints the user as JSON.' },
    ],
    exits: ['ok'],
    run: async ({ name, state, json }, context) => {
      const user = await run(context, storeFolder(state), name.toLowerCase())
      await sayUser(user, said, json, context)
      return EXIT.ok
    },
  })
}

/** As JSON, or as the sentence `ada …`. */
export async function sayUser(user: User, said: string, json: boolean, { stdout }: Pick<CommandContext, 'stdout'>): Promise<void> {
  const { escapeText, safeJson } = await import('../lib/escape.ts')
  stdout.write(json ? `${safeJson(user)}\n` : `${escapeText(user.name)} ${said}\n`)
}
