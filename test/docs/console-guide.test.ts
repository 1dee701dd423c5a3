/** The guide to the console shows every page that there is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../tarsier.ts'

const GUIDE = join(ROOT, 'docs/guide')
const text = readFileSync(join(GUIDE, 'console.md'), 'utf8')
const shown = [...text.matchAll(/!\[[^\]]+\]\((images\/[^)]+)\)/g)].map(([, path = '']) => path)

/** The pages by their entries, which are read as text: what they load is for a browser. */
const titles = [...readFileSync(join(ROOT, 'src/console/pages.ts'), 'utf8').matchAll(/^ {4}title: '([^']+)',$/gm)].map(
  ([, title = '']) => title,
)

/** Where the picture of a page is called otherwise than the page. */
const PICTURES: Readonly<Record<string, string>> = { 'Edit rule': 'rule-editor' }

test('there are pages', () => expect(titles.length).toBeGreaterThan(10))

test.each(titles)('%s has a picture in the guide', (title) => {
  const name = PICTURES[title] ?? title.toLowerCase()
  expect(shown).toContain(`images/console-${name}.png`)
  expect(existsSync(join(GUIDE, `images/console-${name}.png`))).toBe(true)
})

test('no picture lies about that nothing shows', () => {
  expect(readdirSync(join(GUIDE, 'images')).map((name) => `images/${name}`)).toEqual(expect.arrayContaining(shown))
  expect(shown.length).toBe(readdirSync(join(GUIDE, 'images')).length)
})
