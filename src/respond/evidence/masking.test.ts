import { expect, test } from 'vitest'
import { maskArguments, maskNamed, maskShapes } from './masking.ts'

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ'

test.each([
  ['DB_PASSWORD', 'x', '[masked name:password]'],
  ['MYSQL_PWD', 'x', '[masked name:password]'],
  ['openai_api_key', 'x', '[masked name:key]'],
  ['apiKey', 'x', '[masked name:key]'],
  ['KEY', 'x', '[masked name:key]'],
  ['HF_TOKEN', 'x', '[masked name:token]'],
  ['client-secret', 'x', '[masked name:secret]'],
  ['GOOGLE_APPLICATION_CREDENTIALS', '/x.json', '[masked name:credential]'],
  ['SENTRY_DSN', 'x', '[masked name:connection]'],
  ['PWD', '/srv', '/srv'],
  ['SSH_AUTH_SOCK', '/tmp/a', '/tmp/a'],
  ['KEYBOARD', 'us', 'us'],
  ['PATH', '/bin', '/bin'],
  ['DB_PASSWORD', '', ''],
  ['URL', 'postgres://app:hunter2@db/x', 'postgres://app:[masked url-password]@db/x'],
  ['X', `a ${JWT} b`, 'a [masked jwt] b'],
  ['JAVA_OPTS', '-Xmx1g -Dkey.storePassword=hunter2', '-Xmx1g -Dkey.storePassword=[masked name:password]'],
])('the variable %s=%s becomes %s', (name, value, text) => {
  expect(maskNamed(name, value).text).toBe(text)
})

test.each([
  ['AKIAIOSFODNN7EXAMPLE', 'aws-access-key'],
  [JWT, 'jwt'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\nx==\n-----END RSA PRIVATE KEY-----', 'pem'],
  ['-----BEGIN PRIVATE KEY-----\nMIIE', 'pem'],
  [`ghp_${LETTERS}`, 'github-token'],
  [`github_pat_${LETTERS}`, 'github-token'],
  [`glpat-${LETTERS}`, 'gitlab-token'],
  [`xoxb-${LETTERS}`, 'slack-token'],
  [`sk_live_${LETTERS}`, 'stripe-key'],
  [`sk-ant-api03-${LETTERS}`, 'model-key'],
  [`AIza${LETTERS.slice(0, 35)}`, 'google-key'],
  [`hf_${LETTERS}`, 'hugging-face-token'],
  [`npm_${LETTERS}`, 'npm-token'],
  [`tsr_${LETTERS}`, 'tarsier-token'],
  [`Bearer ${LETTERS}`, 'authorization'],
])('%s is known by its form', (secret, rule) => {
  expect(maskShapes(`before ${secret}`)).toEqual({ text: `before [masked ${rule}]`, rules: [rule] })
})

test.each([
  [
    ['curl', '-H', `Authorization: Bearer ${LETTERS}`, 'https://x'],
    ['curl', '-H', 'Authorization: [masked authorization]', 'https://x'],
  ],
  [
    ['x', '--password', 'hunter2', 'y'],
    ['x', '--password', '[masked name:password]', 'y'],
  ],
  [
    ['x', '--api-key=abc', '-v'],
    ['x', '--api-key=[masked name:key]', '-v'],
  ],
  [
    ['env', 'TOKEN=abc', 'sh'],
    ['env', 'TOKEN=[masked name:token]', 'sh'],
  ],
  [
    ['x', '--token', '--verbose'],
    ['x', '--token', '--verbose'],
  ],
  [
    ['x', '--name', 'a=b'],
    ['x', '--name', 'a=b'],
  ],
  [
    ['sh', '-c', 'a=1  DB_PASSWORD=hunter2 mysql --password  hunter2\n\t"TOKEN=abc" run'],
    ['sh', '-c', 'a=1  DB_PASSWORD=[masked name:password] mysql --password  [masked name:password]\n\t"TOKEN=[masked name:token] run'],
  ],
])('of the command line %j is left %j', (args, masked) => {
  expect(maskArguments(args).map(({ text }) => text)).toEqual(masked)
})

test('a value made to be slow is not', () => {
  const hostile = [
    'eyJ',
    'eyJaaaaaaaa.',
    '-----BEGIN PRIVATE KEY-----',
    '://a:',
    'AKIA',
    'bearer ',
    'sk-',
    'ghp_a',
    ':/',
    'basic  ',
    'a=',
    'a= ',
  ]
  const begun = performance.now()
  for (const piece of hostile) maskNamed('X', piece.repeat(2 ** 20 / piece.length))
  // Values of a megabyte take a fraction of a second; what is not linear takes minutes.
  expect(performance.now() - begun).toBeLessThan(15_000)
})
