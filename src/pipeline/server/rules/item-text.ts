/** The text of one rule out of its file. */
import { isMap, isSeq, parseAllDocuments } from 'yaml'

export interface TextRange {
  readonly start: number
  readonly end: number
}

/** From the dash to before the next item; undefined where no item of the text defines it, or where it cannot be read. The last one counts. */
export function itemRange(text: string, rule: string): TextRange | undefined {
  let found: TextRange | undefined
  for (const document of parseAllDocuments(text)) {
    if (!('contents' in document) || !isSeq(document.contents)) continue
    for (const item of document.contents.items) {
      if (!isMap(item) || !item.range || String(item.get('rule')) !== rule) continue
      const [start, , end] = item.range
      found = { start: text.lastIndexOf('-', start), end }
    }
  }
  return found
}

export function itemText(text: string, rule: string): string {
  const range = itemRange(text, rule)
  return range === undefined ? text : `${text.slice(range.start, range.end).trimEnd()}\n`
}
