import { maskArguments } from '../masking.ts'
import { forEachProcess, readUpTo, textOf } from '../read-proc.ts'
import type { Section } from '../section.ts'

const MAX_BYTES = 2 ** 20

export const commandLine: Section = {
  name: 'command-line',
  doc: 'The arguments of each process, with secrets masked.',
  maxBytes: 32 * 2 ** 20,
  maxMs: 10_000,
  collect: (gathering) =>
    forEachProcess(gathering, async (pid, folder) => {
      const { bytes, whole } = await readUpTo(`${folder}/cmdline`, MAX_BYTES)
      const masked = maskArguments(textOf(bytes).replace(/\0$/, '').split('\0'))
      const name = `${pid}.json`
      gathering.redacted(
        name,
        masked.flatMap(({ rules }) => rules),
      )
      await gathering.json(name, { pid, whole, arguments: masked.map(({ text }) => text) })
    }),
}
