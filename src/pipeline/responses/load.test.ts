import { expect, test } from 'vitest'
import { z } from 'zod'
import { ACTIONS } from '../../respond/actions.ts'
import { actionNamed, checkPlaces, readResponseText } from './load.ts'

const FILE = `
- response: tell
  desc: d
  mode: act
  when: {rules: ["*"]}
  do:
    - {action: call-webhook, with: {url: "https://tickets.example/hooks", secretFile: /etc/tarsier/webhook.secret}}
    - {action: stop-container, with: {runcRoots: [/srv/runc]}}
`
const set = readResponseText(FILE, 'a.yaml')

test.each([
  ['what a response file says', 'call-webhook', { url: 'https://tickets.example/hooks', secretFile: '/etc/tarsier/webhook.secret' }],
  ['what is no place', 'stop-container', { graceMs: 0 }],
  ['a default', 'run-script', { script: 'a.sh', folder: '/etc/tarsier/scripts' }],
  ['a list that a response file says', 'stop-container', { runcRoots: ['/srv/runc'] }],
])('who asks by hand may give %s', (_, action, settings) => {
  expect(set.diagnostics).toEqual([])
  expect(() => checkPlaces(actionNamed(action), settings, set)).not.toThrow()
})

test.each([
  ['a server for the agent to call', 'call-webhook', { url: 'http://127.0.0.1:2379/', secretFile: '/etc/tarsier/webhook.secret' }],
  ['a file of root to sign with', 'call-webhook', { url: 'https://tickets.example/hooks', secretFile: '/etc/ssh/ssh_host_rsa_key' }],
  ['a kubeconfig whose program would run as root', 'kubernetes-evict-pod', { kubeconfig: '/tmp/kubeconfig' }],
  ['a server to show the token of the agent to', 'kubernetes-cordon-node', { apiServer: 'https://elsewhere.example' }],
  ['state of runc that somebody else wrote', 'stop-container', { runcRoots: ['/proc/4711/root/run'] }],
  ['a socket that answers for Docker', 'pause-container', { dockerSocket: '/tmp/docker.sock' }],
  ['what a response file says of another action', 'pause-container', { runcRoots: ['/srv/runc'] }],
  ['a folder of scripts', 'run-script', { script: 'a.sh', folder: '/srv' }],
])('who asks by hand may not choose %s', (_, action, settings) => {
  expect(() => checkPlaces(actionNamed(action), settings, set)).toThrow(/names a place/)
})

test('every setting that takes a path or an address to call is known to be a place', () => {
  const missing = ACTIONS.flatMap(({ name, schema, places = [] }) => {
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
    const found = Object.entries(properties).flatMap(([setting, property]) =>
      /"pattern":"\^\\\\\/|"format":"uri"/.test(JSON.stringify(property)) ? [setting] : [],
    )
    return found.filter((setting) => !places.includes(setting)).map((setting) => `${name}.${setting}`)
  })
  expect(missing).toEqual([])
})
