/** What axe finds wrong with a page as it is now. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[]
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** One line per rule that is broken: how bad, which, and where first. Run outside of the page's policy, as an extension would. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  // What is still fading in has not its colours yet. What never ends (a place that waits) is left alone.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished))',
  )
  await page.evaluate(AXE)
  const violations = (await page.evaluate(
    'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations)',
  )) as readonly Violation[]
  return violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.target.join(' ')} (${nodes[0]?.failureSummary?.split('\n')[1]?.trim()})`,
  )
}

/** Whether something is wider than the window, so that one has to scroll to the side. */
export const isTooWide = async (page: Page): Promise<boolean> =>
  (await page.evaluate(
    'document.documentElement.scrollWidth > innerWidth + 1 || [...document.querySelectorAll("#page")].some((one) => one.scrollWidth > one.clientWidth + 1)',
  )) as boolean
