import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { Backend } from '../../backend/types.ts'
import { encode } from '../../shared/wire.ts'
import { eventSender } from './events.ts'

/** The WebSocket at /events: the backend's events to every signed-in browser. Nothing is ever read from it. */

const heartbeatMs = 30_000

/** `judge` gives the HTTP status to refuse an upgrade with, or undefined to accept it. */
export function pushEvents(
  server: Server,
  backend: Backend,
  judge: (request: IncomingMessage) => number | undefined,
): { stop(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false })
  const senders = new Map<WebSocket, ReturnType<typeof eventSender>>()
  const answering = new Set<WebSocket>()

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = (request.url ?? '').split('?', 1)[0] === '/events' ? judge(request) : 404
    if (refusal !== undefined) {
      socket.on('error', () => undefined)
      return void socket.end(`HTTP/1.1 ${refusal} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      senders.set(opened, eventSender(opened))
      answering.add(opened)
      opened.on('pong', () => answering.add(opened))
      opened.on('error', () => opened.terminate())
      opened.on('close', () => {
        senders.delete(opened)
        answering.delete(opened)
      })
    })
  })

  const stopEvents = backend.subscribe((event) => {
    if (senders.size === 0) return
    const text = encode(event)
    for (const [socket, send] of senders) if (socket.readyState === WebSocket.OPEN) send(event, text)
  })
  const heartbeat = setInterval(() => {
    for (const socket of senders.keys()) {
      if (!answering.delete(socket)) socket.terminate()
      else socket.ping()
    }
  }, heartbeatMs)
  heartbeat.unref()
  return {
    stop() {
      stopEvents()
      clearInterval(heartbeat)
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}
