/** What ran. */
import { ACTOR_FIELDS, outputOf, type Source } from '../source.ts'

export const RAN = 'evt.type in (execve, execveat) and evt.rawres >= 0'

export const processCreation: Source = {
  logsource: { product: 'linux', category: 'process_creation' },
  records: { process: { base: RAN, keywords: ['proc.exeline'], fields: ACTOR_FIELDS, output: outputOf() } },
}
