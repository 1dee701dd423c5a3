import { safeJson } from '../../lib/escape.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { choiceArgument } from '../option.ts'

export const completion = defineCommand({
  name: 'completion',
  summary: 'Print a completion script for a shell.',
  doc: 'Prints a script that completes commands, options and their values. Load it in the start file of the shell.',
  arguments: { shell: choiceArgument('SHELL', ['bash', 'zsh', 'fish'], 'bash, zsh or fish.') },
  options: {},
  examples: [
    { line: 'completion bash > /etc/bash_completion.d/tarsier', doc: 'For all users of bash.' },
    { line: 'completion zsh > /usr/local/share/zsh/site-functions/_tarsier', doc: 'For zsh.' },
    { line: 'completion fish > ~/.config/fish/completions/tarsier.fish', doc: 'For fish.' },
  ],
  exits: ['ok'],
  run: async ({ shell, json }, { stdout }) => {
    const [{ completionScript }, { loadCommands }] = await Promise.all([import('../completion-script.ts'), import('../commands.ts')])
    const script = completionScript(shell, await loadCommands())
    stdout.write(json ? `${safeJson({ shell, script })}\n` : script)
    return EXIT.ok
  },
})
