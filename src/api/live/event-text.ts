/** One message as an event. */
import type { LiveMessage } from '../services.ts'

/** JSON has no line ends of its own, so that one `data:` line holds it. */
export function eventText(id: string, message: LiveMessage): string {
  return `id: ${id}\nevent: ${message.kind}\ndata: ${JSON.stringify(payloadOf(message))}\n\n`
}

function payloadOf(message: LiveMessage): unknown {
  switch (message.kind) {
    case 'finding':
      return message.finding
    case 'incident':
      return message.incident
    case 'action':
      return message.action
    case 'sensor':
      return message.sensor
    case 'rules':
      return { changed: message.changed }
  }
}
