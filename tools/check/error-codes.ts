import { ERRORS } from '../../src/lib/errors.ts'
import type { Check } from './check.ts'

const TABLE = 'src/lib/errors.ts'

export const errorCodes: Check = {
  name: 'error codes',
  doc: `Every code of ${TABLE} is raised somewhere, so that the reference tells of no error that cannot happen.`,
  run: (tree) => {
    const sources = [...tree.files.values()].filter(({ path }) => path !== TABLE && !path.endsWith('.test.ts'))
    return Object.keys(ERRORS)
      .filter((code) => !sources.some(({ text }) => text.includes(`'${code}'`)))
      .map((code) => `${TABLE}: nothing raises ${code}`)
  },
}
