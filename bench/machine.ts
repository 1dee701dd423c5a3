/** What the figures were measured on. */
import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'

/** One line: date, commit, CPU, cores, memory, kernel, Node. */
export function machineLine(root: string, now: Date): string {
  const [cpu] = cpus()
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  return [
    now.toISOString().slice(0, 16).replace('T', ' '),
    `commit ${commitOf(root)}`,
    `${cpu?.model.trim()}, ${cpus().length} cores, ${memory}`,
    `Linux ${release()}`,
    `Node ${process.version}`,
  ].join(' · ')
}

/** The short commit, with `+` when the checkout differs from it. */
function commitOf(root: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'safe.directory=*', ...args], { cwd: root, encoding: 'utf8' }).trim()
  return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+'}`
}
