/** Draws what of the picture is in sight. From far away nodes lose their words, and still tell where findings are. */
import { escapeText } from '../../../lib/escape.ts'
import { counted, shortNumber } from '../../format/numbers.ts'
import { foldedCount, type TreeRow } from './forest.ts'
import { firstAt, hasKnob, type Layout, LINE, NODE_HEIGHT, NODE_WIDTH, type Placed } from './layout.ts'

export interface View {
  /** Of the picture's origin, in px of the element. */
  readonly x: number
  readonly y: number
  readonly scale: number
}

/** Colours as the canvas takes them, by the name of their token. */
export type Palette = Readonly<Record<PaletteName, string>>
export type PaletteName = (typeof PALETTE_NAMES)[number]
export const PALETTE_NAMES = [
  'surface',
  'raised',
  'sunken',
  'border',
  'border-strong',
  'text',
  'text-secondary',
  'text-muted',
  'accent',
  'error',
  'error-tint',
  'error-solid',
  'good-solid',
  'selected',
  'focus',
] as const

export interface Scene {
  readonly layout: Layout
  readonly view: View
  readonly palette: Palette
  /** px of the element. */
  readonly width: number
  readonly height: number
  readonly pixelRatio: number
  readonly active: string | undefined
  readonly pointed: string | undefined
  readonly focus: string | undefined
}

const WORDS_FROM = 0.42
const DETAIL_FROM = 0.62
const FONT = '"Inter Variable", system-ui, sans-serif'
const MONO = '"JetBrains Mono Variable", ui-monospace, monospace'
/** Of a letter of the monospaced font at 10.5 px. */
const MONO_LETTER = 6.31

export function draw(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, height, pixelRatio, layout } = scene
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  context.clearRect(0, 0, width, height)
  context.setTransform(pixelRatio * view.scale, 0, 0, pixelRatio * view.scale, pixelRatio * view.x, pixelRatio * view.y)
  const top = -view.y / view.scale - LINE
  const bottom = (height - view.y) / view.scale + LINE
  const [left, right] = [-view.x / view.scale - NODE_WIDTH, (width - view.x) / view.scale]
  const seen: Placed[] = []
  for (let index = firstAt(layout.placed, top); index < layout.placed.length; index++) {
    const one = layout.placed[index]
    if (one === undefined || one.y > bottom) break
    seen.push(one)
  }
  drawEdges(context, seen, scene, { top, bottom })
  for (const one of seen) if (one.x >= left && one.x <= right) drawNode(context, one, scene)
}

/** Each trunk once, however many of its branches are in sight: it is found from the nodes upwards. */
function drawEdges(
  context: CanvasRenderingContext2D,
  seen: readonly Placed[],
  { layout, palette }: Scene,
  sight: { readonly top: number; readonly bottom: number },
): void {
  const trunks = new Set<Placed>()
  context.strokeStyle = palette['border-strong']
  context.lineWidth = 1.25
  context.beginPath()
  for (const one of seen) {
    const parent = layout.placed[one.parent]
    if (parent !== undefined) branch(context, parent, one)
    for (let above = parent; above !== undefined && !trunks.has(above); above = layout.placed[above.parent]) trunks.add(above)
  }
  for (const { x, y, trunkTo } of trunks) {
    if (trunkTo === y) continue
    const trunkX = x + NODE_WIDTH + 22
    context.moveTo(trunkX, Math.max(y, sight.top) + NODE_HEIGHT / 2)
    context.lineTo(trunkX, Math.min(trunkTo - 8, sight.bottom) + NODE_HEIGHT / 2)
  }
  context.stroke()
}

function branch(context: CanvasRenderingContext2D, parent: Placed, child: Placed): void {
  const middle = child.y + NODE_HEIGHT / 2
  const trunkX = parent.x + NODE_WIDTH + 22
  if (child.y === parent.y) {
    context.moveTo(parent.x + NODE_WIDTH, middle)
    context.lineTo(child.x, middle)
    return
  }
  context.moveTo(trunkX, middle - 8)
  context.quadraticCurveTo(trunkX, middle, trunkX + 8, middle)
  context.lineTo(child.x, middle)
}

function drawNode(context: CanvasRenderingContext2D, one: Placed, scene: Scene): void {
  const { palette, view } = scene
  const { row, x, y } = one
  const findings = row.kind === 'process' ? row.node.process.findings : 0
  const isActive = row.key === scene.active
  context.beginPath()
  context.roundRect(x, y, NODE_WIDTH, NODE_HEIGHT, 7)
  context.fillStyle = isActive || row.key === scene.focus ? palette.selected : row.kind === 'fold' ? palette.sunken : palette.raised
  context.fill()
  context.lineWidth = isActive ? 2 : 1
  context.strokeStyle = isActive
    ? palette.focus
    : row.key === scene.pointed
      ? palette.accent
      : findings > 0
        ? palette['error-solid']
        : palette['border-strong']
  context.setLineDash(row.kind === 'fold' ? [4, 3] : [])
  context.stroke()
  context.setLineDash([])
  if (view.scale >= WORDS_FROM) drawWords(context, one, scene)
  else {
    context.fillStyle = findings > 0 ? palette['error-solid'] : palette['border-strong']
    context.fill()
  }
  if (hasKnob(row)) drawKnob(context, one, scene)
}

function drawWords(context: CanvasRenderingContext2D, { row, x, y }: Placed, { palette, view }: Scene): void {
  const withDetail = view.scale >= DETAIL_FROM
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  if (row.kind === 'fold') {
    context.font = `500 12px ${FONT}`
    context.fillStyle = palette['text-secondary']
    context.fillText(
      `+ ${counted(foldedCount(row.nodes), 'process', 'processes')} without findings`,
      x + 12,
      y + NODE_HEIGHT / 2,
      NODE_WIDTH - 24,
    )
    return
  }
  const { process } = row.node
  const nameEnd = drawName(context, row, x, y + (withDetail ? 13.5 : NODE_HEIGHT / 2), palette)
  if (process.findings > 0) drawCount(context, process.findings, x + NODE_WIDTH - 16, y + 13.5, palette)
  if (!withDetail) return
  context.font = `11px ${FONT}`
  context.fillStyle = palette['text-muted']
  context.fillText(String(process.pid), nameEnd + 7, y + 13.5)
  context.font = `10.5px ${MONO}`
  context.fillStyle = palette['text-secondary']
  context.fillText(cut(process.cmdline, Math.floor((NODE_WIDTH - 30) / MONO_LETTER)), x + 12, y + 28.5)
}

/** With a light before it that says whether it still runs; returns where it ends. */
function drawName(
  context: CanvasRenderingContext2D,
  row: TreeRow & { readonly kind: 'process' },
  x: number,
  middle: number,
  palette: Palette,
): number {
  const { process } = row.node
  const runs = process.exitNs === undefined || process.exitNs === null
  context.beginPath()
  context.arc(x + 15, middle, 3, 0, 2 * Math.PI)
  context.fillStyle = runs ? palette['good-solid'] : palette['border-strong']
  context.fill()
  context.font = `600 12px ${FONT}`
  context.fillStyle = runs ? palette.text : palette['text-secondary']
  const name = cut(process.name, 16)
  context.fillText(name, x + 24, middle)
  return x + 24 + context.measureText(name).width
}

function drawCount(context: CanvasRenderingContext2D, count: number, right: number, middle: number, palette: Palette): void {
  const text = shortNumber(count)
  context.font = `600 11px ${FONT}`
  const width = Math.max(18, context.measureText(text).width + 10)
  context.beginPath()
  context.roundRect(right - width + 4, middle - 8, width, 16, 8)
  context.fillStyle = palette['error-tint']
  context.fill()
  context.fillStyle = palette.error
  context.textAlign = 'center'
  context.fillText(text, right - width / 2 + 4, middle + 0.5)
  context.textAlign = 'left'
}

/** At the right end of a node with children: minus while they are seen, how many there are while they are not. */
function drawKnob(context: CanvasRenderingContext2D, { row, x, y }: Placed, { palette, view }: Scene): void {
  if (row.kind !== 'process') return
  const middle = y + NODE_HEIGHT / 2
  const text = row.isOpen ? '–' : shortNumber(row.node.size)
  context.font = `600 10px ${FONT}`
  const width = Math.max(16, row.isOpen ? 16 : context.measureText(text).width + 10)
  context.beginPath()
  context.roundRect(x + NODE_WIDTH - width / 2, middle - 8, width, 16, 8)
  context.fillStyle = palette.surface
  context.fill()
  context.lineWidth = 1
  context.strokeStyle = palette['border-strong']
  context.stroke()
  if (view.scale < WORDS_FROM) return
  context.fillStyle = palette['text-secondary']
  context.textAlign = 'center'
  context.fillText(text, x + NODE_WIDTH, middle + 0.5)
  context.textAlign = 'left'
}

/** What is hostile made visible first, so that a name cannot be longer than its place. */
function cut(text: string, letters: number): string {
  const safe = escapeText(text.slice(0, letters * 2))
  return safe.length > letters ? `${safe.slice(0, letters - 1)}…` : safe
}
