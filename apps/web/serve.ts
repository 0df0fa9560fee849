/**
 * Serves the built web app on a loopback port and tells the process that started it where. It ends with its
 * parent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import next from 'next';
import { compressedAssets } from './compressed.ts';
import { readyForPage } from './page-stream.ts';
import { buildFolder } from './settings.ts';

const dir = fileURLToPath(new URL('.', import.meta.url));
const app = next({
  dev: false,
  dir,
  // All that serving needs of the configuration: reading the rest would load the whole contract.
  conf: { distDir: buildFolder(), poweredByHeader: false, compress: false },
});
await app.prepare();
const handle = app.getRequestHandler();
const sendCompressed = compressedAssets(join(dir, buildFolder(), 'static'));
const server = createServer((request, response) => {
  if (sendCompressed(request, response)) return;
  readyForPage(request, response);
  void handle(request, response);
});
// Longer than the gateway keeps idle connections, so that it is the one that closes them.
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
const stop = () => server.close(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('disconnect', () => process.exit(0));
