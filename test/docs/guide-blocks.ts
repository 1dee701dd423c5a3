/**
 * The blocks of a guide page that are run. Their info string says how:
 *   ```yaml file=my-rules.yaml    is written to that file first
 *   ```sh run                     runs in a folder of its own, with `./tarsier` there; must exit with 0, or N where `exit=N` stands
 *   ```text output                is what the block before printed: every line must be found in it, in this order; `…` stands for anything
 * Blocks without such words are for reading.
 */
export interface GuideBlock {
  readonly kind: 'file' | 'run'
  /** Line of the page, counted from 1. */
  readonly line: number
  readonly text: string
  /** Of `file`: its name. */
  readonly name: string
  /** Of `run`: expected exit code. */
  readonly exitCode: number
  /** Of `run`: expected lines. */
  readonly output: readonly string[]
}

const FENCE = /^```(\S+)(?: +(.*))?$/

/** Throws when an `output` block follows no `run` block. */
export function guideBlocks(page: string): GuideBlock[] {
  const blocks: GuideBlock[] = []
  const lines = page.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const words = FENCE.exec(lines[at] ?? '')?.[2]?.split(' ')
    if (words === undefined) continue
    const end = lines.indexOf('```', at + 1)
    const text = lines.slice(at + 1, end).join('\n')
    if (words.includes('output')) addOutput(blocks, text, at)
    else blocks.push({ ...blockOf(words), line: at + 1, text, output: [] })
    at = end
  }
  return blocks
}

function blockOf(words: readonly string[]): Pick<GuideBlock, 'kind' | 'name' | 'exitCode'> {
  const settingOf = (key: string): string | undefined => words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1)
  const name = settingOf('file')
  if (name === undefined && !words.includes('run'))
    throw new Error(`a block marked "${words.join(' ')}" says neither file=, run nor output`)
  return { kind: name === undefined ? 'run' : 'file', name: name ?? '', exitCode: Number(settingOf('exit') ?? 0) }
}

function addOutput(blocks: GuideBlock[], text: string, at: number): void {
  const last = blocks.pop()
  if (last?.kind !== 'run') throw new Error(`line ${at + 1}: output of what? No block marked run stands before it`)
  blocks.push({ ...last, output: text.split('\n').filter((line) => line.trim() !== '') })
}

/** The first expected line that the output lacks; undefined when all are there in order. `…` matches anything within a line. */
export function missingLine(expected: readonly string[], output: string): string | undefined {
  const printed = output.split('\n')
  let from = 0
  for (const line of expected) {
    const pattern = new RegExp(line.trim().split('…').map(literally).join('.*'))
    const found = printed.findIndex((one, index) => index >= from && pattern.test(one))
    if (found < 0) return line
    from = found + 1
  }
  return undefined
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
