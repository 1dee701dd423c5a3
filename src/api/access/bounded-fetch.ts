/** Requests to servers that may answer without end: what is longer than `maxBytes` breaks off, and with it the connection. */

export function createBoundedFetch(maxBytes: number): (url: string, options: RequestInit) => Promise<Response> {
  return async (url, options) => {
    const answer = await fetch(url, options)
    if (answer.body === null) return answer
    const { status, statusText, headers } = answer
    return new Response(answer.body.pipeThrough(bound(maxBytes)), { status, statusText, headers })
  }
}

function bound(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0
  return new TransformStream({
    transform: (chunk, controller) => {
      bytes += chunk.length
      if (bytes > maxBytes) controller.error(new Error(`the answer is longer than ${maxBytes} bytes`))
      else controller.enqueue(chunk)
    },
  })
}
