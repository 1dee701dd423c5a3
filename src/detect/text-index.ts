/** Finds, for a text, which of many texts are equal to it, or are its beginning or its end: radix trees over their characters. */

export interface IndexedText {
  readonly text: string
  /** Whether it is the whole, the beginning or the end of the texts that it is found for. */
  readonly kind: 'whole' | 'prefix' | 'suffix'
  readonly rule: number
}

/** Rules that were found; the first `count` of the list count. It keeps its room from one event to the next. */
export interface Found {
  readonly rules: number[]
  count: number
}

/** Adds to `found` the rules of each text that holds for `text`; a rule may come more than once. */
export type TextIndex = (text: string, found: Found) => void

export function createTextIndex(texts: readonly IndexedText[]): TextIndex {
  const forward = buildNode(
    texts.filter(({ kind }) => kind !== 'suffix'),
    0,
  )
  const suffixes = texts.filter(({ kind }) => kind === 'suffix').map((one) => ({ ...one, text: reversed(one.text) }))
  const backward = suffixes.length === 0 ? undefined : buildNode(suffixes, 0)
  return (text, found) => {
    walkForward(forward, text, found)
    if (backward !== undefined) walkBackward(backward, text, found)
  }
}

const reversed = (text: string): string => text.split('').reverse().join('')

interface Node {
  /** What follows on the way to this node, after its first character. */
  readonly label: string
  /** Rules whose text ends here and must be the whole text. */
  readonly whole: readonly number[]
  /** Rules whose text ends here, whatever follows. */
  readonly part: readonly number[]
  /** By the next character, below 128 in a list (of a node with few, in a map, too: 10,000 lists would fill memory) and above in a map. */
  readonly next: readonly (Node | undefined)[]
  readonly beyond: ReadonlyMap<number, Node> | undefined
}

const ASCII = 128
const MIN_LISTED = 6

function add(found: Found, rules: readonly number[]): void {
  for (let index = 0; index < rules.length; index++) found.rules[found.count++] = rules[index] as number
}

const follow = (node: Node, code: number): Node | undefined => (code < node.next.length ? node.next[code] : node.beyond?.get(code))

function walkForward(root: Node, text: string, found: Found): void {
  let node = root
  for (let at = 0; ; at++) {
    if (node.label !== '') {
      if (!text.startsWith(node.label, at)) return
      at += node.label.length
    }
    if (node.part.length > 0) add(found, node.part)
    if (at === text.length) {
      if (node.whole.length > 0) add(found, node.whole)
      return
    }
    const next = follow(node, text.charCodeAt(at))
    if (next === undefined) return
    node = next
  }
}

/** The same from the end of the text to its beginning. */
function walkBackward(root: Node, text: string, found: Found): void {
  let node = root
  for (let at = text.length - 1; ; at--) {
    const { label } = node
    if (label.length > at + 1) return
    for (let index = 0; index < label.length; index++) if (text.charCodeAt(at - index) !== label.charCodeAt(index)) return
    at -= label.length
    if (node.part.length > 0) add(found, node.part)
    const next = at < 0 ? undefined : follow(node, text.charCodeAt(at))
    if (next === undefined) return
    node = next
  }
}

/** The node for texts that are equal up to `at`. */
function buildNode(texts: readonly IndexedText[], at: number): Node {
  const end = commonEnd(texts, at)
  const here = texts.filter(({ text }) => text.length === end)
  const groups = new Map<number, IndexedText[]>()
  for (const one of texts) {
    if (one.text.length === end) continue
    const code = one.text.charCodeAt(end)
    const group = groups.get(code)
    if (group === undefined) groups.set(code, [one])
    else group.push(one)
  }
  return {
    label: texts[0]?.text.slice(at, end) ?? '',
    whole: here.filter(({ kind }) => kind === 'whole').map(({ rule }) => rule),
    part: here.filter(({ kind }) => kind !== 'whole').map(({ rule }) => rule),
    ...branches(groups, end + 1),
  }
}

function branches(groups: ReadonlyMap<number, readonly IndexedText[]>, at: number): Pick<Node, 'next' | 'beyond'> {
  const next = new Array<Node | undefined>(groups.size < MIN_LISTED ? 0 : ASCII).fill(undefined)
  const beyond = new Map<number, Node>()
  for (const [code, group] of groups) {
    const node = buildNode(group, at)
    if (code < next.length) next[code] = node
    else beyond.set(code, node)
  }
  return { next, beyond: beyond.size === 0 ? undefined : beyond }
}

/** How far all the texts are equal. */
function commonEnd(texts: readonly IndexedText[], at: number): number {
  const [first] = texts
  if (first === undefined) return at
  let end = first.text.length
  for (const { text } of texts) {
    let same = at
    while (same < end && same < text.length && text.charCodeAt(same) === first.text.charCodeAt(same)) same++
    end = same
  }
  return end
}
