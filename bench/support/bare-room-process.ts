import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { RoomSample } from './room.ts';

/*
 * A room without a database: takes a bid over HTTP, answers it, and sends its event to every socket. Answer and
 * frame are those of the exchange, with another bid's id.
 */
const BID_ID = /(?<="bidId":")[^"]+/;

process.once('message', ({ answer, frame }: RoomSample) => {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      if (Number.isNaN(Number(JSON.parse(body).maximum))) throw new Error('no maximum');
      const id = randomUUID();
      const text = answer.replace(BID_ID, id);
      response
        .writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        .end(text);
      const event = frame.replace(BID_ID, id);
      for (const socket of sockets.clients) socket.send(event);
    });
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => socket.on('message', () => socket.send('{"subscribed":[]}')));
  server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
});
process.once('disconnect', () => process.exit(0));
