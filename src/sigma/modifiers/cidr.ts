import { type Modifier, textAsWritten } from '../modifier.ts'
import { Unsupported } from '../unsupported.ts'

export const cidr = {
  name: 'cidr',
  doc: 'The address lies in the network.',
  examples: [{ value: '10.0.0.0/8', condition: 'f.net = 10.0.0.0/8' }],
  apply: (given) => ({
    ...given,
    values: given.values.map((match) => {
      const network = textAsWritten(match) ?? ''
      if (!/^[0-9a-fA-F.:]+\/\d{1,3}$/.test(network)) throw new Unsupported('value', `${network.slice(0, 60)} is no network`)
      return { kind: 'network', network }
    }),
  }),
} satisfies Modifier
