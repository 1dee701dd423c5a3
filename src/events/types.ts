/** The values of `evt.type`: every kind's types in order of definition, each once. Its index is what the record's header carries. */
import { KINDS } from './kinds.ts'

export const TYPES: readonly string[] = [...new Set(KINDS.flatMap((kind): readonly string[] => kind.types))]
