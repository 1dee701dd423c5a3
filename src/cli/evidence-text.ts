/** Evidence for people. All that a bundle says may be somebody's attack on the terminal: it is escaped here. */
import type { EvidenceManifest, EvidenceReport, EvidenceSection, EvidenceVerification, KeyOrigin } from '../findings/evidence.ts'
import { escapeText, safeJson } from '../lib/escape.ts'
import { formatBytes, formatCount, formatMs } from '../lib/quantity.ts'
import { createStyle } from '../lib/style.ts'
import type { EvidenceShown } from './evidence-work.ts'
import { tableText } from './table.ts'

const MAX_PROBLEMS = 20

/** What was written. */
export function captureText({ path, bytes, sha256, keyId, manifest, timestampProblem }: EvidenceReport): string {
  const { sections, target, freeze, interrupted } = manifest
  const partial = sections.filter(({ state }) => state === 'partial' || state === 'failed')
  return lines([
    escapeText(path),
    `${formatBytes(bytes)}; ${formatCount(manifest.entries.length)} files of ${escapeText(target.words)}, ${processesText(target.processes)}; ${freezeText(freeze)}`,
    `SHA-256 ${sha256}`,
    `signed with the key ${keyId}`,
    ...(timestampProblem === undefined ? [] : [`Without a time stamp: ${escapeText(timestampProblem)}`]),
    ...(interrupted ? ['It was ended before it had come to its end.'] : []),
    ...(partial.length === 0 ? [] : [`Not everything could be had: ${partial.map(({ name }) => name).join(', ')}.`]),
    ...problemLines(sections),
  ])
}

const processesText = (count: number): string => (count === 1 ? '1 process' : `${formatCount(count)} processes`)

function freezeText({ by, ms, processes, end }: EvidenceManifest['freeze']): string {
  if (by === 'not') return 'it ran meanwhile'
  const how = `${processes} stood still for ${formatMs(ms)}`
  return end === 'left' ? `${processes} are left frozen` : end === 'deadline' ? `${how}, and then ran: the time was over` : how
}

/** With the cause first where it is not what was sealed. */
export function verificationText(verification: EvidenceVerification): string {
  const { path, valid, problem, files, bytes, key, time, timestamp } = verification
  if (!valid) return lines([`${escapeText(path)} is NOT what was sealed: ${escapeText(problem ?? '')}`])
  return lines([
    `${escapeText(path)} is what was sealed: ${formatCount(files)} files, ${formatBytes(bytes)}`,
    `sealed ${escapeText(time?.genTime ?? '')} by the clock of the host that made it`,
    ...(timestamp === undefined
      ? []
      : [`stamped ${timestamp.genTime} by an authority (number ${timestamp.serial}); whether to trust it tells: openssl ts -verify`]),
    `signed with the key ${key?.id ?? ''}: ${ORIGINS[key?.origin ?? 'carried']}`,
  ])
}

const ORIGINS: Readonly<Record<KeyOrigin, string>> = {
  given: 'the one that was given',
  host: 'this host’s own',
  carried: 'which the archive brings itself. Whose it is, only --key tells',
}

/** The whole in short, or the files that were asked for. */
export function bundleText({ verification, files }: EvidenceShown): string {
  const head = verificationText(verification)
  if (!verification.valid || verification.manifest === undefined) return head
  return files.length > 0 ? files.map(fileText).join('\n') : `${head}\n${manifestText(verification.manifest)}`
}

function manifestText(manifest: EvidenceManifest): string {
  const { target, host, begunNs, sealedNs, freeze, sections, redactions, cuts, agentVersion, interrupted } = manifest
  const masked = redactions.reduce((sum, { count }) => sum + count, 0)
  const table = tableText<EvidenceSection>(
    [
      { head: 'SECTION', text: ({ name }) => name },
      { head: 'STATE', text: ({ state }) => state },
      { head: 'FILES', text: ({ files }) => formatCount(files) },
      { head: 'SIZE', text: ({ bytes }) => formatBytes(bytes) },
      { head: 'TOOK', text: ({ tookMs }) => formatMs(tookMs) },
      { head: 'WHAT', text: ({ doc }) => doc },
    ],
    sections,
    { width: undefined, style: createStyle(false) },
  )
  return lines([
    `of       ${escapeText(target.words)}: ${processesText(target.processes)}; ${freezeText(freeze)}`,
    `on       ${escapeText(host.hostname)}, ${escapeText(host.kernel)} ${escapeText(host.arch)}`,
    `begun    ${new Date(begunNs / 1e6).toISOString()}, sealed after ${formatMs((sealedNs - begunNs) / 1e6)}${interrupted ? ', before its end' : ''}`,
    `by       Tarsier ${escapeText(agentVersion)}`,
    `masked   ${masked} values; cut ${cuts.length} files`,
    '',
    table.trimEnd(),
    ...problemLines(sections),
  ])
}

function problemLines(sections: readonly EvidenceSection[]): readonly string[] {
  const all = sections.flatMap(({ name, problems }) =>
    problems.map(({ about, reason }) => `  ${name}: ${escapeText(`${about}: ${reason}`)}`),
  )
  const more = sections.reduce((sum, { moreProblems }) => sum + moreProblems, all.length - Math.min(all.length, MAX_PROBLEMS))
  return [...all.slice(0, MAX_PROBLEMS), ...(more > 0 ? [`  and ${more} more`] : [])]
}

function fileText({ name, bytes, content }: EvidenceShown['files'][number]): string {
  const head = `── ${escapeText(name)} (${formatBytes(bytes)})`
  const text = textOf(content)
  if (text === undefined) return lines([head, 'no text: tarsier evidence export unpacks it'])
  const shown = name.endsWith('.json') && content.length === bytes ? pretty(text) : text
  const rest = bytes > content.length ? [`… and ${formatBytes(bytes - content.length)} more`] : []
  return lines([head, ...shown.replace(/\n$/, '').split('\n').map(escapeLine), ...rest])
}

/** Tabs may stay: /proc is full of them. */
const escapeLine = (line: string): string => line.split('\t').map(escapeText).join('\t')

/** Undefined for what is none. */
function textOf(content: Uint8Array): string | undefined {
  return content.includes(0) ? undefined : new TextDecoder().decode(content)
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** `text`: missing for what is none. */
export function shownJson({ verification, files }: EvidenceShown): string {
  return `${safeJson({ verification, files: files.map(({ name, bytes, content }) => ({ name, bytes, text: textOf(content) })) })}\n`
}

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`
