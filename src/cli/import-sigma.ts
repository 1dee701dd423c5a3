/** `rules import sigma`: reads the files, writes the rules, says what became of each. */
import { VOCABULARY } from '../events/fields.ts'
import { AppError } from '../lib/app-error.ts'
import { escapeText, safeJson } from '../lib/escape.ts'
import { readTextFiles } from '../lib/text-files.ts'
import { writeText } from '../lib/write-file.ts'
import { importSigma, type Outcome } from '../sigma/import.ts'
import { readMappings, readPlaceholders, type SettingsFile } from '../sigma/settings-files.ts'
import { SOURCES } from '../sigma/sources.ts'
import { MAX_SIGMA_BYTES } from '../sigma/yaml-value.ts'
import type { CommandContext } from './context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'

export interface ImportChoice {
  readonly files: readonly string[]
  readonly out: string | undefined
  readonly mapping: string | undefined
  readonly placeholders: string | undefined
  readonly report: boolean
  readonly json: boolean
}

const OPTIONS = { extensions: ['.yml', '.yaml'], maxBytes: MAX_SIGMA_BYTES }

/** Exit code 1 when no rule was compiled. Throws AppError FILE_*, SIGMA_SETTINGS. */
export async function importFiles(choice: ImportChoice, context: CommandContext): Promise<ExitCode> {
  const { out, mapping, placeholders, report, json } = choice
  const settings = {
    vocabulary: VOCABULARY,
    sources: mapping === undefined ? SOURCES : readMappings(settingsFile(mapping), SOURCES),
    placeholders: placeholders === undefined ? new Map() : readPlaceholders(settingsFile(placeholders)),
  }
  const { text, outcomes } = importSigma(readTextFiles(choice.files, OPTIONS), settings)
  if (out !== undefined) writeText(out, text)
  if (json) context.stdout.write(`${safeJson({ rules: text, outcomes })}\n`)
  else if (report) context.stdout.write(outcomes.map(outcomeLine).join(''))
  else if (out === undefined) context.stdout.write(text)
  context.stderr(summary(outcomes))
  return outcomes.some(({ result }) => result === 'compiled') ? EXIT.ok : EXIT.inputErrors
}

function settingsFile(path: string): SettingsFile {
  const [file] = readTextFiles([path], OPTIONS)
  if (file === undefined) throw new AppError('FILE_UNREADABLE', { path, reason: 'it is no file' })
  return file
}

function outcomeLine({ path, title, result, reason, notes }: Outcome): string {
  const name = escapeText(title || path)
  const without = notes.length > 0 ? ` (without: ${notes.join('; ')})` : ''
  return `${result}: ${name}${escapeText(reason === undefined ? without : ` — ${reason.text}`)}\n`
}

/** How many rules, and the reasons by how often they were given. */
function summary(outcomes: readonly Outcome[]): string {
  const rules = outcomes.filter(({ result }) => result !== 'applied')
  const counts = new Map<string, number>()
  for (const { reason } of rules) if (reason !== undefined) counts.set(reason.kind, (counts.get(reason.kind) ?? 0) + 1)
  const reasons = [...counts].sort(([, a], [, b]) => b - a).map(([kind, count]) => `  ${count} ${kind}\n`)
  const compiled = rules.filter(({ result }) => result === 'compiled').length
  return `${compiled} of ${rules.length} compiled\n${reasons.join('')}`
}
