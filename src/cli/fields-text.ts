/** The vocabulary for people and for programs. */
import type { FieldDefinition } from '../events/field.ts'
import { safeJson } from '../lib/escape.ts'
import { createStyle, type Style } from '../lib/style.ts'

/** Ends in a newline, but for an empty text. */
export function renderFields(
  fields: readonly FieldDefinition[],
  { json, colour }: { readonly json: boolean; readonly colour: boolean },
): string {
  if (json) return `${safeJson(fields.map(fieldObject))}\n`
  const style = createStyle(colour)
  return fields.map((field) => `${fieldLines(field, style).join('\n')}\n`).join('')
}

/** Without what only code can use. */
function fieldObject({ bind: _, ...rest }: FieldDefinition): Omit<FieldDefinition, 'bind'> {
  return rest
}

function fieldLines({ name, type, many, doc, unit, example, argument, kinds }: FieldDefinition, style: Style): string[] {
  const list = many === undefined ? '' : many === 'list' ? ' list' : ' (any of several)'
  const bracket = argument === undefined ? '' : argument.required ? `[${argument.kind}]` : `[${argument.kind}]?`
  const lines = [
    `${style.bold(name)}${style.cyan(bracket)}  ${style.dim(`${type}${list}${unit === undefined ? '' : `, ${unit}`}`)}`,
    `    ${doc}`,
  ]
  if (argument) lines.push(`    ${style.cyan('[…]')} ${argument.doc}`)
  lines.push(`    ${style.dim('e.g.')} ${example}${kinds === undefined ? '' : style.dim(`   only on ${kinds.join(', ')}`)}`)
  return lines
}
