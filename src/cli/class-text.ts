/** Classes of events in words. */
import { CLASSES } from '../events/filter-classes.ts'
import type { KindName } from '../events/kinds.ts'

/** The values of a fact, in its order; outcomes name themselves. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  access: ['by O_PATH', 'to read', 'to write', 'to read and write'],
  created: ['file was there', 'file was made'],
  type: ['no regular file', 'regular file', 'folder'],
  memory: ['no memory of a process', 'memory of a process'],
  family: ['other family', 'Unix', 'IPv4', 'IPv6'],
  form: ['stream', 'datagrams', 'raw', 'other type'],
}

/** What the classes have in common: of each fact that is not free the values, such as `to write or to read and write, ok`. */
export function classText(kind: KindName, classes: readonly boolean[]): string {
  const facts = CLASSES.get(kind)?.facts ?? []
  const wanted = classes.flatMap((holds, number) => (holds ? [number] : []))
  let step = 1
  const texts = facts.map(({ name, values, outcomes }) => {
    const place = step
    step *= values
    const found = new Set(wanted.map((number) => Math.floor(number / place) % values))
    if (found.size === values) return ''
    const words = outcomes ?? WORDS[name] ?? []
    return [...found]
      .sort((a, b) => a - b)
      .map((value) => words[value] ?? `${name} ${value}`)
      .join(' or ')
  })
  const text = texts.filter((one) => one !== '').join(', ')
  return text === '' ? `${wanted.length} of ${classes.length} classes` : text
}
