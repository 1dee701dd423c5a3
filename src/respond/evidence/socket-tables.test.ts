import { expect, test } from 'vitest'
import { readSockets } from './socket-tables.ts'

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const REST = '00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0\n'
const read = (table: string, text: string) => readSockets.find((one) => one.table === table)?.read?.(text)

test.each([
  ['tcp', '0100007F:1F90 00000000:0000 0A', '127.0.0.1:8080', '0.0.0.0:0', 'LISTEN'],
  ['udp', '0101A8C0:0035 08080808:0035 01', '192.168.1.1:53', '8.8.8.8:53', 'ESTABLISHED'],
  ['tcp6', '00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A', '[::]:22', '[::]:0', 'LISTEN'],
  [
    'tcp6',
    '00000000000000000000000001000000:0016 B80D0120000000000000000001000000:01BB 01',
    '[::1]:22',
    '[2001:db8::1]:443',
    'ESTABLISHED',
  ],
  [
    'tcp6',
    'B80D0120000001000000000001000200:0016 B80D0120010002000300040005000600:01BB 06',
    '[2001:db8:1::2:1]:22',
    '[2001:db8:2:1:4:3:6:5]:443',
    'TIME_WAIT',
  ],
])('%s: %s', (table, addresses, local, remote, state) => {
  expect(read(table, `${HEAD}   0: ${addresses} ${REST}`)).toEqual([{ inode: '4711', protocol: table, state, local, remote }])
})

test('a unix socket has a path with blanks, and lines that are cut have nothing', () => {
  const head = 'Num       RefCount Protocol Flags    Type St Inode Path\n'
  const line = '0000000000000000: 00000002 00000000 00010000 0001 01 815 /run/a b\n'
  expect(read('unix', `${head}${line}0000: 0002`)).toEqual([{ inode: '815', protocol: 'unix', state: '01', local: '/run/a b' }])
  expect(read('tcp', `${HEAD} 0: 0100`)).toEqual([])
})
