import { parseListenAddress } from '../../lib/listen-address.ts'
import { defineCommand } from '../command.ts'
import { amount, text } from '../option.ts'
import { RESPONSE_OPTIONS, responseChoiceOf } from '../response-options.ts'
import { RULE_OPTIONS, ruleChoiceOf } from '../rule-options.ts'
import { stateOption } from '../store-options.ts'

export const serve = defineCommand({
  name: 'serve',
  summary: 'Run the server: the store, the API and the console.',
  doc: 'Takes what an agent of this host keeps for it, stores it, and answers browsers and programs. `tarsier run` starts one by itself; this is for those who run the two apart (`tarsier run --server-apart`), or want to look at what is stored while no agent runs. Says "console http://…" on standard error once it listens, and, as long as there is no user who may do everything, a link that sets one up. SIGINT and SIGTERM end it. What it listens with beyond the options stands in server.yaml of the state folder.',
  arguments: {},
  options: {
    ...RULE_OPTIONS,
    ...RESPONSE_OPTIONS,
    state: stateOption(''),
    listen: amount(
      'ADDR:PORT',
      'Where it answers. Default: 127.0.0.1:7331. Beyond this host only with TLS.',
      'an address such as 127.0.0.1:7331',
      parseListenAddress,
    ),
    tlsCert: text('FILE', 'Certificate, PEM, with those between it and the root.'),
    tlsKey: text('FILE', 'Its key, PEM.'),
  },
  examples: [
    { line: 'serve', doc: 'On this host, over /var/lib/tarsier.' },
    { line: 'serve --state ./state --listen 127.0.0.1:8080', doc: 'Over another folder, at another port.' },
    { line: 'serve --listen 0.0.0.0:7331 --tls-cert server.pem --tls-key server.key', doc: 'For other hosts, too.' },
  ],
  exits: ['ok', 'inputErrors', 'hostCannot'],
  run: ({ state, listen, tlsCert, tlsKey, ...rest }, context) => {
    const responses = responseChoiceOf(rest, context.shippedResponses, state)
    return context.live.serve({ state, listen, tlsCert, tlsKey, responses, rules: ruleChoiceOf(rest, context.shippedRules) }, context)
  },
})
