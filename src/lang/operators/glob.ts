import { compileGlob } from '../glob.ts'
import type { Operator } from '../operator.ts'

export const glob = {
  name: 'glob',
  doc: 'True when the whole field matches the shell pattern: * any run of characters (also of slashes), ? one, [a-z] one of a set.',
  right: 'text',
  types: ['string'],
  rightField: true,
  examples: [
    ['/home/ana/.ssh/id_rsa', '/home/*/.ssh/*', true],
    ['/home/a/b/.ssh/id_rsa', '/home/*/.ssh/*', true],
    ['/tmp/a1', '/tmp/[a-c]?', true],
    ['/tmp/d1', '/tmp/[!d]?', false],
    ['/tmp/x', '/tm', false],
    ['a*b', 'a\\*b', true],
  ],
  compile: ([constant]) => compileGlob(constant as string) as (value: unknown) => boolean,
} satisfies Operator
