import { expect, test } from 'vitest'
import { refuseWeakPassword } from './password-policy.ts'

test.each([
  ['short12345', 'too short'],
  ['x'.repeat(300), 'too long'],
  ['aaaaaaaaaaaaaaaa', 'one character'],
  ['abababababababab', 'two characters'],
  ['Password1234', 'a word with digits'],
  ['P@ssw0rd!2026', 'a word with lookalikes'],
  ['passwordpassword', 'a word twice'],
  ['welcomeadmin2026', 'two words'],
  ['tarsier-tarsier-1', 'our own name'],
  ['qwertyuiop123456', 'rows of keys'],
  ['abcdefghijklmnop', 'the alphabet'],
  ['zyxwvutsrqponmlk', 'the alphabet backwards'],
  ['ada.lovelace2026', 'the name with digits'],
])('%s is refused: %s', (password) => {
  expect(() => refuseWeakPassword(password, 'ada.lovelace')).toThrowError(expect.objectContaining({ code: 'PASSWORD_WEAK' }))
})

test.each([
  ['four horses in the rain'],
  ['correct horse battery staple'],
  ['kJ8#vq!2LmZp'],
  ['пароль с четырьмя словами'],
  ['my password is quite a long sentence'],
  ['🐴🐎🦄🐮🐷🐑🐐🐪🐘🦏🦛🐁'],
])('%s is taken', (password) => {
  expect(() => refuseWeakPassword(password, 'ada')).not.toThrow()
})

test('a refusal does not hold the password', () => {
  const password = 'qwertyuiop123456'
  expect(() => refuseWeakPassword(password, 'ada')).not.toThrowError(new RegExp(password))
})
