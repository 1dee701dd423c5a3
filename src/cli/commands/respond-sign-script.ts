import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { AppError } from '../../lib/app-error.ts'
import { SCRIPT_PURPOSE, signNamed } from '../../lib/named-signature.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { argument, text, UsageError } from '../option.ts'

const MAX_SCRIPT = 1 << 20
const MAX_KEY = 4096

export const respondSignScript = defineCommand({
  name: 'respond sign-script',
  summary: 'Sign a script, so that responses may run it.',
  doc: 'Writes FILE.sig beside the script: an Ed25519 signature over its name and its bytes. Agents run it by the action run-script when the public half of the key lies in their keys/scripts/ as NAME.pub. After each change it has to be signed anew. Keep the key elsewhere than on the hosts that run the scripts.',
  arguments: { file: argument('FILE', 'The script.') },
  options: {
    key: text('FILE', 'The private key (PEM, Ed25519). Needed.'),
    as: text('NAME', 'The name under `script` in responses. Default: that of the file.'),
  },
  examples: [
    { line: 'respond sign-script notify-oncall.sh --key team.pem', doc: 'Makes notify-oncall.sh.sig.' },
    { line: 'respond sign-script page.sh --key team.pem --as oncall/page.sh', doc: 'For a script in a folder below.' },
  ],
  exits: ['ok'],
  run: async ({ file, key, as, json }, context) => {
    if (key === undefined) throw new UsageError('--key FILE is needed')
    const name = as ?? basename(file)
    const bytes = readBounded(file, MAX_SCRIPT)
    const signature = withKey(key, (one) => signNamed({ purpose: SCRIPT_PURPOSE, name }, bytes, one))
    const { writeText } = await import('../../lib/write-file.ts')
    const { escapeText, safeJson } = await import('../../lib/escape.ts')
    writeText(`${file}.sig`, signature)
    context.stdout.write(
      json ? `${safeJson({ script: name, signature: `${file}.sig` })}\n` : `${escapeText(file)}.sig: signed as ${escapeText(name)}\n`,
    )
    return EXIT.ok
  },
})

/** Throws AppError FILE_UNREADABLE, FILE_TOO_LARGE. */
function readBounded(path: string, limit: number): Buffer {
  try {
    if (statSync(path).size > limit) throw new AppError('FILE_TOO_LARGE', { path, limit })
    return readFileSync(path)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('FILE_UNREADABLE', { path, reason: (cause as Error).message }, { cause })
  }
}

/** Throws AppError SCRIPT_KEY. */
function withKey(path: string, work: (key: KeyObject) => string): string {
  const pem = readBounded(path, MAX_KEY)
  try {
    return work(createPrivateKey(pem))
  } catch (cause) {
    throw new AppError('SCRIPT_KEY', { path, reason: (cause as Error).message }, { cause })
  }
}
