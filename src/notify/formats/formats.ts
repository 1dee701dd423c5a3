/** Every form in which a finding can be written, one line each. */
import type { Finding } from '../../findings/finding.ts'
import { findingJson } from '../../findings/finding-json.ts'
import { createFindingText } from '../../findings/finding-text.ts'
import { safeJson } from '../../lib/escape.ts'
import { cefLine } from './cef.ts'
import { ecsDocument } from './ecs.ts'
import { leefLine } from './leef.ts'
import { ocsfJson } from './ocsf.ts'

/** Those that are one JSON object each. */
export const JSON_FORMATS = ['json', 'ocsf', 'ecs'] as const
export const FORMATS = [...JSON_FORMATS, 'text', 'cef', 'leef'] as const
export type Format = (typeof FORMATS)[number]

export const isJson = (format: Format): boolean => (JSON_FORMATS as readonly Format[]).includes(format)

/** What each is, for the reference. */
export const FORMATS_DOC =
  'json (one object with Falco’s keys and ours), ocsf (Detection Finding of OCSF 1.8), ecs (Elastic Common Schema), text, cef (ArcSight’s Common Event Format) or leef (QRadar’s LEEF 2.0)'

/** Renders a finding as one line without its newline, control characters neutralised. `time`: whether a text says when. */
export function renderer(format: Format, time: 'full' | 'none'): (finding: Finding) => string {
  switch (format) {
    case 'json':
      return findingJson
    case 'ocsf':
      return ocsfJson
    case 'ecs':
      return (finding) => safeJson(ecsDocument(finding))
    case 'text':
      return createFindingText({ colour: false, verbose: false, time })
    case 'cef':
      return cefLine
    case 'leef':
      return leefLine
    default:
      return format satisfies never
  }
}
