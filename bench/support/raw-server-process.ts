import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * The reference of a page that is kept: node:http that sends bytes and does nothing else. Its parent tells it the
 * bytes, and it tells its port.
 */
process.once('message', ({ body, type }: { body: string; type: string }) => {
  const bytes = Buffer.from(body, 'base64');
  const headers = { 'content-type': type, 'content-length': bytes.length };
  const server = createServer((_request, response) => {
    response.writeHead(200, headers).end(bytes);
  });
  server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
});
process.once('disconnect', () => process.exit(0));
