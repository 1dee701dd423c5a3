/**
 * Findings as events, so that conditions about them are written in the one language: their own fields (`finding.rule`), and of what they are about
 * the fields that a finding keeps: of its process and the ancestors of it, its container, and whatever the rule's output names.
 */
import type { FlatEvent } from '../events/event.ts'
import type { FieldDefinition, Vocabulary } from '../events/field.ts'
import { VOCABULARY } from '../events/fields.ts'
import type { Finding, LineageEntry } from '../findings/finding.ts'
import { severityOf } from '../findings/priority.ts'
import { flatVocabulary } from './flat-vocabulary.ts'

/** What a finding is asked with, beside itself. */
export interface FindingStanding {
  /** 0 to 100, of all that was found of its process tree or container lately, this one with it. */
  readonly risk: number
}

type Source = (finding: Finding, standing: FindingStanding) => string | number | readonly string[] | undefined

interface FindingField extends Pick<FieldDefinition, 'name' | 'type' | 'doc' | 'example' | 'many'> {
  readonly of: Source
}

const OWN: readonly FindingField[] = [
  { name: 'finding.rule', type: 'string', doc: 'Name of the rule.', example: 'Reverse shell', of: ({ rule }) => rule },
  { name: 'finding.priority', type: 'string', doc: 'Its priority in lower case.', example: 'critical', of: ({ priority }) => priority },
  {
    name: 'finding.severity',
    type: 'number',
    doc: 'Its priority as a number, 0 (emergency) to 7 (debug).',
    example: 2,
    of: ({ priority }) => severityOf(priority),
  },
  { name: 'finding.tags', type: 'string', doc: 'Tags of the rule.', example: 'container', many: 'list', of: ({ tags }) => tags },
  {
    name: 'finding.techniques',
    type: 'string',
    doc: 'ATT&CK techniques.',
    example: 'T1059.004',
    many: 'list',
    of: ({ attack }) => attack.map(({ id }) => id),
  },
  { name: 'finding.confidence', type: 'string', doc: 'low, medium or high.', example: 'high', of: ({ confidence }) => confidence },
  {
    name: 'finding.risk',
    type: 'number',
    doc: 'Risk of all that was found of its process tree or container lately.',
    example: 70,
    of: (_, { risk }) => risk,
  },
  { name: 'finding.count', type: 'number', doc: 'How many equal findings it stands for.', example: 1, of: ({ count }) => count },
  { name: 'finding.file', type: 'string', doc: 'The file that it is about.', example: '/etc/shadow', of: ({ object }) => object?.file },
  {
    name: 'finding.net',
    type: 'net',
    doc: 'The same as a network, for comparisons with networks.',
    example: '203.0.113.0/24',
    of: ({ object }) => object?.ip,
  },
  {
    name: 'finding.ip',
    type: 'ip',
    doc: 'The other end of the connection that it is about.',
    example: '203.0.113.9',
    of: ({ object }) => object?.ip,
  },
  { name: 'finding.port', type: 'number', doc: 'The port there.', example: 443, of: ({ object }) => object?.port },
]

/** What the reference says of them. */
export const FINDING_FIELDS: readonly Omit<FindingField, 'of'>[] = OWN.map(({ of: _, ...field }) => field)

const NO_KERNEL_EVENT = (): undefined => undefined
const OWN_BY_NAME: ReadonlyMap<string, FieldDefinition> = new Map(
  OWN.map(({ of: _, ...field }) => [field.name, { ...field, bind: () => NO_KERNEL_EVENT }]),
)

/** For events that findingEvent makes. */
export const FINDING_VOCABULARY: Vocabulary = flatVocabulary({
  field: (name: string) => OWN_BY_NAME.get(name) ?? VOCABULARY.field(name),
  names: [...OWN_BY_NAME.keys(), ...VOCABULARY.names],
})

/** Type `finding`. What the rule's output names stands above what follows from the lineage. */
export function findingEvent(finding: Finding, standing: FindingStanding): FlatEvent {
  const own = OWN.map(({ name, of }) => [name, of(finding, standing)] as const)
  const given = [...lineageFields(finding.lineage), ...workloadFields(finding), ...Object.entries(finding.outputFields), ...own]
  const values = Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== null))
  const { id, timeNs } = finding
  return Object.freeze({ id, source: 'internal', kind: 'flat', type: 'finding', number: 1, timeNs, values })
}

type Given = readonly (readonly [string, unknown])[]

function lineageFields([self, ...above]: readonly LineageEntry[]): Given {
  if (self === undefined) return []
  const [parent] = above
  return [
    ...[['proc.pid', self.pid] as const, ['proc.name', self.name] as const, ['proc.exepath', self.exePath] as const],
    ...[['proc.cmdline', self.cmdline] as const, ['user.name', self.user] as const],
    ...[['proc.ppid', parent?.pid] as const, ['proc.pname', parent?.name] as const, ['proc.pcmdline', parent?.cmdline] as const],
    ['proc.aname', above.map(({ name }) => name)],
    ['proc.aexepath', above.map(({ exePath }) => exePath)],
    ['proc.acmdline', above.map(({ cmdline }) => cmdline)],
  ]
}

function workloadFields({ containerId, workload }: Finding): Given {
  return [
    ['container.id', containerId ?? 'host'],
    ['container.name', containerId === undefined ? 'host' : workload?.containerName],
    ['container.image', workload?.image],
    ['container.image.repository', workload?.image?.replace(/(?::[^/:@]*)?(?:@.*)?$/, '')],
    ['k8s.pod.name', workload?.podName],
    ['k8s.ns.name', workload?.podNamespace],
    ['k8s.pod.uid', workload?.podUid],
  ]
}
