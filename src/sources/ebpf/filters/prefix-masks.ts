/**
 * A prefix trie gives the value of the longest prefix only, so that each prefix must hold the terms of all shorter ones that begin it,
 * too.
 */

/** Texts of any alphabet, one character per step, with a mask each: the same with the masks of their prefixes added. */
export function withShorterPrefixes(masks: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const full = new Map<string, bigint>()
  const open: string[] = []
  for (const text of [...masks.keys()].sort()) {
    while (open.length > 0 && !text.startsWith(open.at(-1) as string)) open.pop()
    const outer = open.length > 0 ? (full.get(open.at(-1) as string) ?? 0n) : 0n
    full.set(text, outer | (masks.get(text) ?? 0n))
    open.push(text)
  }
  return full
}
