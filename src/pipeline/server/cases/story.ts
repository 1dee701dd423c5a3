/** What an incident comes to, in sentences that need no knowledge of rules. */
import type { Incident, StorySentence } from '../../../findings/incident.ts'
import type { StoredFinding } from '../../../store/state-store.ts'

const LONGEST = 500
/** The fields that say what something was done to, the most telling first. */
const OBJECTS = ['fd.name', 'fs.path.target', 'fs.path.name', 'module.path', 'dns.question', 'fd.rip'] as const

/** Findings of an incident, the first first. What is done again and again, by one process or by others of the same name, is one sentence. */
export function sentencesOf(findings: readonly StoredFinding[]): readonly StorySentence[] {
  const sentences: StorySentence[] = []
  for (let start = 0; start < findings.length; ) {
    const finding = findings[start] as StoredFinding
    let end = start + 1
    while (end < findings.length && isAgain(finding, findings[end] as StoredFinding)) end++
    sentences.push(sentenceOf(finding, findings.slice(start, end)))
    start = end
  }
  return sentences
}

const isAgain = (one: StoredFinding, other: StoredFinding): boolean =>
  one.rule === other.rule &&
  (one.processKey === other.processKey || `${whoOf(one)}${objectOf(one)}` === `${whoOf(other)}${objectOf(other)}`)

function sentenceOf(finding: StoredFinding, same: readonly StoredFinding[]): StorySentence {
  const { timeNs, priority, id, processKey, attack } = finding
  const times = same.reduce((sum, { count }) => sum + count, 0)
  const processes = new Set(same.map((one) => one.processKey)).size
  const again = times > 1 ? `, ${times} times${processes > 1 ? ` by ${processes} processes` : ''}` : ''
  const text = `${headOf(finding)}: ${whoOf(finding)}${objectOf(finding)}${again}.`
  return {
    timeNs,
    text: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text,
    priority,
    findingId: id,
    processKey,
    techniques: attack.map((one) => one.id),
  }
}

/** Outputs of rules begin with a sentence, and have the fields in parentheses behind it. */
function headOf({ output, rule }: StoredFinding): string {
  const end = output.indexOf(' (')
  const head = end === -1 ? output : output.slice(0, end)
  return head === '' || head.length > 200 ? rule : head
}

/** `python3 as www-data, started by bash`. */
function whoOf({ lineage, containerId }: StoredFinding): string {
  const [own, parent] = lineage
  const where = containerId === undefined ? '' : ` in container ${containerId}`
  if (own === undefined) return `something${where}`
  return `${own.name} as ${own.user}${parent === undefined ? '' : `, started by ${parent.name},`}${where}`.replace(/,$/, '')
}

function objectOf({ outputFields }: StoredFinding): string {
  for (const name of OBJECTS) {
    const value = outputFields[name]
    if (typeof value === 'string' && value !== '') return ` — ${value}`
  }
  return ''
}

/** One sentence for the whole. */
export function summaryOf(incident: Incident, findings: readonly StoredFinding[]): string {
  const { hostname, containerId, rules, firstNs, lastNs } = incident
  const [first] = findings
  const [own, parent] = first?.lineage ?? []
  const who = own === undefined ? '' : ` of ${own.name}${parent === undefined ? '' : `, started by ${parent.name}`}`
  const where = containerId === undefined ? `On ${hostname}` : `In container ${containerId} on ${hostname}`
  const took = lastNs - firstNs < 1e9 ? 'at once' : `within ${durationText(lastNs - firstNs)}`
  const begin = first === undefined ? '' : `, beginning with “${first.rule}”${who}`
  return `${where}, ${counted(incident.findings, 'finding')} of ${counted(rules.length, 'rule')} came ${took}${begin}.`
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const UNITS = [
  ['day', 86_400e9],
  ['hour', 3600e9],
  ['minute', 60e9],
  ['second', 1e9],
] as const

function durationText(ns: number): string {
  const [unit, size] = UNITS.find(([, least]) => ns >= least) ?? (['second', 1e9] as const)
  return counted(Math.round(ns / size), unit)
}
