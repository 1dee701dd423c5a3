/** Filters for people and for programs. */
import type { RuleReach } from '../detect/interest.ts'
import { addressText } from '../events/address.ts'
import type { AddressRange, PathTests, Term } from '../events/interest.ts'
import type { KindName } from '../events/kinds.ts'
import { FAMILY } from '../events/shared-fields.ts'
import { escapeText, safeJson } from '../lib/escape.ts'
import { createStyle, type Style } from '../lib/style.ts'
import { classText } from './class-text.ts'
import type { KindFilters, RuleFilters } from './rule-filters.ts'

export interface FiltersTextOptions {
  readonly json: boolean
  /** All texts of a test. */
  readonly verbose: boolean
  readonly colour: boolean
}

/** Ends in a newline. */
export function renderFilters(filters: RuleFilters, { json, verbose, colour }: FiltersTextOptions): string {
  if (json) return `${safeJson({ rules: filters.rules, kinds: filters.kinds.map(kindObject) })}\n`
  const style = createStyle(colour)
  const most = verbose ? Number.POSITIVE_INFINITY : MOST_TEXTS
  const wanted = filters.kinds.filter(({ terms }) => terms > 0)
  const none = filters.kinds.filter(({ terms }) => terms === 0).map(({ kind }) => kind)
  const lines = wanted.flatMap((one) => kindLines(one, most, style))
  if (none.length > 0) lines.push(style.dim(`Nothing passes, since no rule wants it: ${none.join(', ')}`))
  lines.push(style.dim('All other kinds that a rule wants pass whole.'))
  if (wanted.some(({ reaches }) => reaches.some(({ wide }) => wide))) lines.push(style.dim(NARROWER))
  return `${lines.join('\n')}\n`
}

const MOST_TEXTS = 4
const MOST_LETTERS = 60
const NARROWER =
  'What makes a rule narrower: a check that must hold, of fd.name (=, in, startswith, endswith, glob, pmatch), fd.filename, proc.name, user.uid, fd.sip, fd.sport and the like.'

function kindLines({ kind, terms, reaches }: KindFilters, most: number, style: Style): string[] {
  const wide = reaches.filter((reach) => reach.wide)
  const breadth =
    wide.length === 0
      ? style.green('each by name, process or address')
      : style.yellow(`${wide.length} by no more than the form of the call`)
  const head = `${style.bold(kind)}  ${count(reaches.length, 'rule')}, ${count(terms, 'test')}; ${breadth}`
  const sorted = [...wide, ...reaches.filter((reach) => !reach.wide)]
  return [head, ...sorted.flatMap((reach) => reachLines(reach, most, style)), '']
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

function reachLines({ rule, kind, terms, wide, unchecked }: RuleReach, most: number, style: Style): string[] {
  const lines = [`  ${escapeText(rule)}${wide ? style.yellow(' (wide)') : ''}`]
  for (const term of terms) lines.push(`    ${escapeText(termText(kind, term, most))}`)
  if (unchecked.length > 0)
    lines.push(
      `    ${style.dim(
        escapeText(
          `only the agent checks: ${few(
            unchecked.map((text) => cut(text, most)),
            most,
            '; ',
          )}`,
        ),
      )}`,
    )
  return lines
}

/** A conjunction, on one line. */
function termText(kind: KindName, { classes, path, comms, uids, nets, ports, countsRepeats }: Term, most: number): string {
  const tests = [
    classes === undefined ? undefined : classText(kind, classes),
    path === undefined ? undefined : pathText(path, most),
    listText('proc.name', comms, most),
    listText('user.uid', uids, most),
    listText('an address in', nets?.map(rangeText), most),
    listText('a port', ports, most),
    countsRepeats ? 'each repeat' : undefined,
  ].filter((test) => test !== undefined)
  return tests.length === 0 ? 'every event' : tests.join(' and ')
}

function pathText({ exact, prefixes, suffixes, names, parents }: PathTests, most: number): string {
  const alternatives = [
    listText('path', exact, most),
    listText('path begins with', prefixes, most),
    listText('path ends with', suffixes, most),
    listText('file name', names, most),
    listText('folder name', parents, most),
  ].filter((test) => test !== undefined)
  return alternatives.length > 1 ? `(${alternatives.join(' or ')})` : (alternatives[0] ?? 'no path')
}

function listText(what: string, values: readonly (string | number)[] | undefined, most: number): string | undefined {
  if (values === undefined || values.length === 0) return undefined
  return values.length === 1 ? `${what} ${values[0]}` : `${what} one of ${few(values, most, ', ')}`
}

function few(values: readonly (string | number)[], most: number, between: string): string {
  const shown = values.slice(0, most).join(between)
  return values.length > most ? `${shown} and ${values.length - most} more` : shown
}

const cut = (text: string, most: number): string =>
  text.length > MOST_LETTERS && most === MOST_TEXTS ? `${text.slice(0, MOST_LETTERS)}…` : text

const rangeText = ({ bytes, bits }: AddressRange): string =>
  `${addressText(Buffer.from(bytes), bytes.length === 4 ? FAMILY.inet : FAMILY.inet6)}/${bits}`

function kindObject({ kind, terms, reaches }: KindFilters): Readonly<Record<string, unknown>> {
  return {
    kind,
    terms,
    wide: reaches.filter(({ wide }) => wide).map(({ rule }) => rule),
    reaches: reaches.map(({ rule, wide, terms: own, unchecked }) => ({
      rule,
      wide,
      terms: own.map((term) => termObject(kind, term)),
      unchecked,
    })),
  }
}

function termObject(kind: KindName, { nets, classes, ...rest }: Term): Readonly<Record<string, unknown>> {
  const form = classes === undefined ? {} : { classes: classText(kind, classes) }
  return { ...form, ...rest, ...(nets === undefined ? {} : { nets: nets.map(rangeText) }) }
}
