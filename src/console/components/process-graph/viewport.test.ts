import { expect, test } from 'vitest'
import type { Layout, Placed } from './layout.ts'
import { fitted, kept, showing, whole, zoomed } from './viewport.ts'

const SIZE = { width: 1000, height: 500 }
const layout = (width: number, height: number): Layout => ({ placed: [], width, height })
const node = (x: number, y: number): Placed => ({ row: {} as Placed['row'], x, y, parent: -1, trunkTo: y })

test('what is under the pointer stays there while it is zoomed', () => {
  const view = zoomed({ x: 30, y: 40, scale: 1 }, 1.5, { x: 300, y: 200 })
  expect([(300 - view.x) / view.scale, (200 - view.y) / view.scale]).toEqual([270, 160])
})

test('zoom has ends', () => {
  const far = zoomed({ x: 0, y: 0, scale: 1 }, 1e-9, { x: 0, y: 0 })
  const near = zoomed({ x: 0, y: 0, scale: 1 }, 1e9, { x: 0, y: 0 })
  expect([far.scale > 0, near.scale < 3]).toEqual([true, true])
})

test('something of the picture stays in sight, however far it is dragged', () => {
  const view = kept({ x: -1e6, y: 1e6, scale: 1 }, layout(2000, 2000), SIZE)
  expect(view.x + 2000).toBeGreaterThan(0)
  expect(view.y).toBeLessThan(SIZE.height)
})

test('a small picture is shown as a whole and never larger than life', () => {
  expect(fitted(layout(400, 100), SIZE, undefined).scale).toBe(1)
})

test('a large one begins at a size that can be read, with what matters in sight', () => {
  const around = node(5000, 9000)
  const view = fitted(layout(10_000, 20_000), SIZE, around)
  expect(view.scale).toBeGreaterThan(0.5)
  const [x, y] = [around.x * view.scale + view.x, around.y * view.scale + view.y]
  expect([x > 0 && x < SIZE.width, y > 0 && y < SIZE.height]).toEqual([true, true])
})

test('all of a large one can be seen on demand', () => {
  const view = whole(layout(5000, 3000), SIZE)
  expect([5000 * view.scale <= SIZE.width, 3000 * view.scale <= SIZE.height]).toEqual([true, true])
})

test.each([
  ['to the right', node(3000, 100)],
  ['to the left', node(-900, 100)],
  ['below', node(100, 4000)],
])('a node %s is brought into sight', (_, placed) => {
  const view = showing({ x: 0, y: 0, scale: 1 }, placed, SIZE)
  const [x, y] = [placed.x + view.x, placed.y + view.y]
  expect([x >= 0 && x + 196 <= SIZE.width, y >= 0 && y + 40 <= SIZE.height]).toEqual([true, true])
})

test('a node in sight moves nothing', () => {
  expect(showing({ x: 0, y: 0, scale: 1 }, node(100, 100), SIZE)).toEqual({ x: 0, y: 0, scale: 1 })
})
