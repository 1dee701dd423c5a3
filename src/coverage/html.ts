/** The report as one page that needs nothing else: no script, no request. */
import type { CoverageReport, Tally, TechniqueCoverage } from './coverage.ts'

const STYLE = `
:root { color-scheme: light dark; --claimed: #f4c7c3; --data: #fce8b2; --tested: #c6dafc; --proven: #8fd3ae; --line: #9996 }
@media (prefers-color-scheme: dark) { :root { --claimed: #6b2f2b; --data: #66511b; --tested: #274472; --proven: #1f6b45 } }
body { font: 14px/1.4 system-ui, sans-serif; margin: 2em }
table { border-collapse: collapse; margin: 1em 0 } th, td { border: 1px solid var(--line); padding: .2em .6em; text-align: left }
td.n { text-align: right } .matrix { display: flex; gap: .5em; overflow-x: auto; align-items: flex-start }
.matrix section { min-width: 11em } .matrix h3 { font-size: 1em } .cell { border: 1px solid var(--line); padding: .2em .4em; margin: .2em 0 }
.claimed { background: var(--claimed) } .data { background: var(--data) } .tested { background: var(--tested) } .proven { background: var(--proven) }
.none { opacity: .6 } small { display: block }`

/** A whole HTML document. */
export function coveragePage(report: CoverageReport): string {
  const { attackVersion, date, tactics, covered, gaps } = report
  const rows = [...tactics.map((one) => [one.tactic, one.techniques, one.subtechniques] as const)]
  const techniques = covered.filter(({ id }) => !id.includes('.'))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Coverage</title><style>${STYLE}</style></head><body>
<h1>Coverage of ATT&amp;CK v${attackVersion}</h1>
<p>Made on ${escapeHtml(date)}. Techniques for Linux and containers; each state needs those before it: claimed, data, tested, proven.</p>
<table><tr><th>Tactic</th><th>Techniques</th><th>Claimed</th><th>Data</th><th>Tested</th><th>Proven</th><th>Sub-techniques</th><th>Claimed</th><th>Proven</th></tr>
${[...rows, ['all', report.techniques, report.subtechniques] as const].map(([name, all, subs]) => rowOf(name, all, subs)).join('\n')}
</table>
<h2>Matrix</h2>
<p>In each cell: independent rules on different kinds of events, and whether the best of them goes by name or by behaviour.</p>
<div class="matrix">${tactics
    .map(
      ({ tactic }) =>
        `<section><h3>${escapeHtml(tactic)}</h3>${techniques
          .filter((one) => one.tactics.includes(tactic))
          .map(cellOf)
          .join('')}</section>`,
    )
    .join('\n')}</div>
<h2>Gaps</h2>
<table><tr><th>Technique</th><th>State</th><th>Reported</th></tr>
${gaps.map((gap) => `<tr><td>${escapeHtml(`${gap.id} ${gap.name}`)}</td><td>${gap.state}</td><td>${escapeHtml(gap.reports.map(({ source, year, rank }) => `${source} ${year}: ${rank}`).join('; '))}</td></tr>`).join('\n')}
</table>
<h2>ATLAS and OWASP</h2>
<table><tr><th>Id</th><th>Name</th><th>State</th><th>Rules</th></tr>
${[...report.atlas, ...report.owasp]
  .filter(({ state }) => state !== 'none')
  .map(
    (one) =>
      `<tr class="${one.state}"><td>${escapeHtml(one.id)}</td><td>${escapeHtml(one.name)}</td><td>${one.state}</td><td>${escapeHtml(one.rules.join('; '))}</td></tr>`,
  )
  .join('\n')}
</table>
<p>ATT&amp;CK and ATLAS: © The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.</p>
</body></html>
`
}

function rowOf(name: string, all: Tally, subs: Tally): string {
  const numbers = [all.total, all.claimed, all.data, all.tested, all.proven, subs.total, subs.claimed, subs.proven]
  return `<tr><td>${escapeHtml(name)}</td>${numbers.map((number) => `<td class="n">${number}</td>`).join('')}</tr>`
}

function cellOf({ id, name, state, depth, robustness, rules, provenOn }: TechniqueCoverage): string {
  const facts =
    state === 'none'
      ? ''
      : `<small>${depth} deep, ${robustness ?? ''}${provenOn === null ? '' : `, ${escapeHtml(provenOn.slice(0, 10))}`}</small>`
  return `<div class="cell ${state}" title="${escapeHtml(rules.join('\n'))}">${escapeHtml(id)} ${escapeHtml(name)}${facts}</div>`
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
