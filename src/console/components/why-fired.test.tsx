import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { WhyFired } from './why-fired.tsx'

const text = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

test('each check is told with its macros, what it saw, and whether it held', () => {
  const html = renderToStaticMarkup(
    <WhyFired
      why={[
        { check: 'evt.type = connect', value: 'connect', held: true, macros: ['outbound'] },
        { check: 'proc.name in (sshd)', value: 'ev\u202eil', held: false, macros: [] },
      ]}
    />,
  )
  expect(text(html)).toBe('Held: in outbound evt.type = connect saw connect Did not hold: proc.name in (sshd) saw ev \\u{202e} il')
})

test('a finding without checks says why it has none', () => {
  expect(text(renderToStaticMarkup(<WhyFired why={[]} />))).toContain('No checks were kept')
})
