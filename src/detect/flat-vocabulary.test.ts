import { describe, expect, test } from 'vitest'
import type { FieldValue } from '../events/field.ts'
import { VOCABULARY } from '../events/fields.ts'
import { flatEvent } from './flat-event.ts'
import { checkFlatEvent, flatVocabulary } from './flat-vocabulary.ts'

const FLAT = flatVocabulary(VOCABULARY)

function read(values: Readonly<Record<string, unknown>>, text: string): FieldValue | undefined {
  const [, name = text, argument] = /^([^[]+)(?:\[(.*)\])?$/.exec(text) ?? []
  const field = FLAT.field(name)
  if (field === undefined) throw new Error(`no field ${name}`)
  return field.bind(argument === undefined ? undefined : /^\d+$/.test(argument) ? Number(argument) : argument)(flatEvent(values, 7))
}

describe('values are brought to the type of their field', () => {
  test.each<[string, Record<string, unknown>, string, FieldValue | undefined]>([
    ['a number given as text', { 'proc.pid': '12' }, 'proc.pid', 12],
    ['a hexadecimal number', { 'proc.pid': '0x1f' }, 'proc.pid', 31],
    ['a text that is no number is missing', { 'proc.pid': 'twelve' }, 'proc.pid', undefined],
    ['a text given as number', { 'proc.name': 7 }, 'proc.name', '7'],
    ['a boolean given as text', { 'evt.is_open_write': 'true' }, 'evt.is_open_write', true],
    ['a boolean that is none is missing', { 'evt.is_open_write': 'maybe' }, 'evt.is_open_write', undefined],
    ['an address is made canonical', { 'fd.sip': '2001:DB8:0::1' }, 'fd.sip', '2001:db8::1'],
    ['bytes given as digits', { 'evt.buffer': { hex: '4142' } }, 'evt.buffer', Buffer.from('AB')],
    ['bytes given as text', { 'evt.buffer': 'AB' }, 'evt.buffer', Buffer.from('AB')],
    ['null is missing', { 'proc.name': null }, 'proc.name', undefined],
    ['one value of several', { 'fd.ip': '10.0.0.1' }, 'fd.ip', ['10.0.0.1']],
    ['words where a text is expected', { 'proc.args': ['-l', 'x'] }, 'proc.args', '-l x'],
  ])('%s', (_, values, field, expected) => {
    expect(read(values, field)).toEqual(expected)
  })
})

describe('what follows from other fields', () => {
  test.each<[string, Record<string, unknown>, string, FieldValue | undefined]>([
    ['the command line', { 'proc.name': 'cat', 'proc.args': '-n x' }, 'proc.cmdline', 'cat -n x'],
    ['a command line without arguments', { 'proc.name': 'cat', 'proc.args': '' }, 'proc.cmdline', 'cat'],
    ['arguments', { 'proc.cmdline': 'cat -n x' }, 'proc.args', '-n x'],
    ['one argument', { 'proc.cmdline': 'cat -n x' }, 'proc.args[1]', 'x'],
    ['one argument of a list', { 'proc.args': ['a b', 'c'] }, 'proc.args[0]', 'a b'],
    ['a variable of an object', { 'proc.env': { HOME: '/root' } }, 'proc.env[HOME]', '/root'],
    ['a variable of a text', { 'proc.env': 'A=1 HOME=/root' }, 'proc.env[HOME]', '/root'],
    ['the parent, from the ancestors', { 'proc.aname': ['bash', 'sshd'] }, 'proc.pname', 'bash'],
    ['ancestors, from the parent and by number', { 'proc.pname': 'bash', 'proc.aname[2]': 'sshd' }, 'proc.aname', ['bash', 'sshd']],
    ['an ancestor by number', { 'proc.aname': ['bash', 'sshd'] }, 'proc.aname[2]', 'sshd'],
    ['an ancestor that is not known', { 'proc.aname': ['bash'] }, 'proc.aname[2]', undefined],
    ['the process itself', { 'proc.name': 'cat' }, 'proc.aname[0]', 'cat'],
    ['the directory of a file', { 'fd.name': '/etc/ssh/config' }, 'fd.directory', '/etc/ssh'],
    ['the directory of a file in the root', { 'fd.name': '/x' }, 'fd.directory', '/'],
    ['the name of a file', { 'fd.name': '/etc/ssh/config', 'fd.typechar': 'f' }, 'fd.filename', 'config'],
    ['a socket has no directory', { 'fd.name': '/run/x.sock', 'fd.type': 'unix' }, 'fd.directory', undefined],
    ['the letter of a type', { 'fd.type': 'ipv4' }, 'fd.typechar', '4'],
    ['the type of a letter', { 'fd.typechar': 'f' }, 'fd.type', 'file'],
    ['the family of a socket', { 'fd.typechar': '6' }, 'fd.sockfamily', 'ip'],
    ['either end', { 'fd.cip': '10.0.0.1', 'fd.sip': '10.0.0.2' }, 'fd.net', ['10.0.0.1', '10.0.0.2']],
    ['one end for networks', { 'fd.sip': '10.0.0.2' }, 'fd.snet', '10.0.0.2'],
    ['opened to write', { 'evt.arg.flags': 'O_CREAT|O_WRONLY' }, 'evt.is_open_write', true],
    ['opened to read and write', { 'evt.arg.flags': 'O_RDWR' }, 'evt.is_open_read', true],
    ['not opened to write', { 'evt.arg.flags': 'O_RDONLY' }, 'evt.is_open_write', false],
    ['a success', { 'evt.rawres': 3 }, 'evt.res', 'SUCCESS'],
    ['a failure by its number', { 'evt.rawres': -2 }, 'evt.res', 'ENOENT'],
    ['failed', { 'evt.res': 'EACCES' }, 'evt.failed', true],
    ['the host, where no container is named', {}, 'container.id', 'host'],
    ['what is given is never derived', { 'proc.pname': 'zsh', 'proc.aname': ['bash'] }, 'proc.pname', 'zsh'],
    ['the number of the event', {}, 'evt.num', 7],
    ['no type where none is given', {}, 'evt.type', undefined],
  ])('%s', (_, values, field, expected) => {
    expect(read(values, field)).toEqual(expected)
  })
})

test.each([
  [{ 'evt.type': 'open', 'ka.verb': 'get' }, 'k8s_audit'],
  [{ 'ct.name': 'x' }, 'aws_cloudtrail'],
  [{ 'evt.source': 'github' }, 'github'],
  [{ 'evt.source': 'elsewhere', 'proc.name': 'a' }, 'syscall'],
  [{}, 'syscall'],
])('%j is an event of the source %s', (values, source) => {
  expect(flatEvent(values, 1).source).toBe(source)
})

test('names that are no fields and values of the wrong type are told', () => {
  const values = {
    'proc.nmae': 'a',
    'proc.pid': 'x',
    'proc.name[1]': 'a',
    'proc.aname[1]': 'ok',
    'proc.aname': ['ok'],
    'evt.arg.flags': 'ok',
    'fd.num': null,
  }
  expect(checkFlatEvent(values, VOCABULARY)).toEqual(['proc.nmae is no field', 'proc.pid is no number: "x"', 'proc.name[1] is no field'])
})
