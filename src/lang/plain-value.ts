/** A part of a file as plain data, for whoever has a schema for it. Numbers and truth values are what stands without quotes. */
import { Scalar } from 'yaml'
import { ItemError } from './item-error.ts'
import { MAX_YAML_DEPTH } from './limits.ts'
import { elements, entries, kindOf, originOf, textOf, type YamlNode } from './yaml-file.ts'

export type PlainValue = string | number | boolean | null | readonly PlainValue[] | { readonly [key: string]: PlainValue }

/** Throws ItemError where it is nested too deep. Of a key given twice the first counts. */
export function plainValue(node: YamlNode, depth = 0): PlainValue {
  if (depth > MAX_YAML_DEPTH) throw new ItemError('LOAD_YAML_TOO_COMPLEX', { reason: 'it is nested too deep' }, originOf(node))
  switch (kindOf(node)) {
    case 'nothing':
      return null
    case 'list':
      return elements(node).map((element) => plainValue(element, depth + 1))
    case 'map': {
      const pairs = entries(node).map(({ key, value }) => [key.value, plainValue(value, depth + 1)] as const)
      return Object.fromEntries(pairs.toReversed())
    }
    case 'text':
      return scalarValue(textOf(node).value, (node.node as Scalar).type)
    default:
      return kindOf(node) as never
  }
}

/** As YAML 1.2 reads plain scalars. */
function scalarValue(text: string, type: string | undefined): PlainValue {
  if (type !== undefined && type !== Scalar.PLAIN) return text
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  return /^[-+]?(?:\d{1,15}|\d{0,15}\.\d{1,15})$/.test(text) ? Number(text) : text
}
