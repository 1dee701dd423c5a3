/** Holds what came to its schema; the first thing that is wrong is told, with its place. */
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { AppError } from '../../lib/app-error.ts'

export type Validate = (value: unknown) => void

/** `where`: `query`, `body`, `path`. The result throws AppError API_INVALID. */
export function createValidator(schema: TSchema, where: string): Validate {
  const compiled = Compile(schema)
  return (value) => {
    if (compiled.Check(value)) return
    throw new AppError('API_INVALID', describe(compiled.Errors(value), where))
  }
}

interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
  readonly params: unknown
}

/** A foreign key is named first; otherwise the deepest place says most. */
function describe(errors: readonly SchemaError[], where: string): { place: string; problem: string } {
  const foreign = errors.find(({ keyword }) => keyword === 'additionalProperties')
  if (foreign !== undefined) {
    const { additionalProperties } = foreign.params as { additionalProperties: readonly string[] }
    return { place: placeOf(where, foreign.instancePath), problem: `takes no ${shown(additionalProperties.join(', '))}` }
  }
  const missing = errors.find(({ keyword }) => keyword === 'required')
  if (missing !== undefined) {
    const { requiredProperties } = missing.params as { requiredProperties: readonly string[] }
    return { place: placeOf(where, missing.instancePath), problem: `lacks ${requiredProperties.join(', ')}` }
  }
  const [first] = errors
  return first === undefined
    ? { place: where, problem: 'does not fit its schema' }
    : { place: placeOf(where, first.instancePath), problem: problemOf(first) }
}

function problemOf({ keyword, message, params }: SchemaError): string {
  const { allowedValues } = params as { readonly allowedValues?: readonly unknown[] }
  if (keyword === 'enum' && allowedValues !== undefined) return `must be one of ${allowedValues.join(', ')}`
  return message
}

const placeOf = (where: string, path: string): string => `${where}${shown(path.replaceAll('/', '.'))}`

const MOST_SHOWN = 100
const shown = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)
