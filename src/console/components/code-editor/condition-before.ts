/** The condition in which the end of a text stands, as far as it is written; undefined where it stands in none. */
export function conditionBefore(text: string): string | undefined {
  const lines = text.split('\n')
  const inside: string[] = []
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index] ?? ''
    const key = /^(\s*(?:- )?)([\w-]+):(?:\s|$)/.exec(line)
    if (key === null) {
      inside.unshift(line.trim())
      continue
    }
    if (key[2] !== 'condition') return undefined
    const own = line.slice(key[0].length).replace(/^[>|][+-]?\d?\s*$/, '')
    return [own, ...inside].join(' ').trimStart()
  }
  return undefined
}
