import { maskNamed, maskShapes } from '../masking.ts'
import { forEachProcess, readUpTo, textOf } from '../read-proc.ts'
import type { Section } from '../section.ts'

const MAX_BYTES = 2 ** 20

export const environment: Section = {
  name: 'environment',
  doc: 'The variables that each process was started with, with secrets masked.',
  maxBytes: 64 * 2 ** 20,
  maxMs: 10_000,
  collect: (gathering) =>
    forEachProcess(gathering, async (pid, folder) => {
      const { bytes, whole } = await readUpTo(`${folder}/environ`, MAX_BYTES)
      const masked = textOf(bytes)
        .split('\0')
        .filter((line) => line !== '')
        .map(maskVariable)
      const name = `${pid}.json`
      gathering.redacted(
        name,
        masked.flatMap(({ rules }) => rules),
      )
      await gathering.json(name, { pid, whole, variables: masked.map(({ text }) => text) })
    }),
}

/** What has no `=` is no variable, but a process may put anything there. */
function maskVariable(line: string) {
  const at = line.indexOf('=')
  if (at < 0) return maskShapes(line)
  const masked = maskNamed(line.slice(0, at), line.slice(at + 1))
  return { text: `${line.slice(0, at)}=${masked.text}`, rules: masked.rules }
}
