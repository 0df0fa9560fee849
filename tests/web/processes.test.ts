import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { roleNames } from '../../server/roles.ts';
import { testDatabase } from '../setup/database.ts';
import { freePort, startServer } from '../support/processes.ts';
import { openBrowser, visit } from './support/browser.ts';
import { SITE_TIMEOUT } from './support/site.ts';

test(
  'the pages may run in a process of their own; each side goes on without the other, and a page comes back by itself',
  async () => {
    const database = await testDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'ece-pages-'));
    const [port, webPort] = await Promise.all([freePort(), freePort()]);
    const { host, port: databasePort, user, database: name } = database.connection;
    const env = {
      ECE_DATABASE_URL: `postgres://${user}@${encodeURIComponent(host)}:${databasePort}/${name}`,
      ECE_SOLANA_URL: inject('chain'),
      ECE_DATA_DIR: folder,
      ECE_TOKEN_SECRET: randomBytes(32).toString('hex'),
      ECE_INTERNAL_SECRET: randomBytes(32).toString('hex'),
      ECE_KEYS_PASSPHRASE: 'opens the keys of this test',
      ECE_WEB_URL: `http://localhost:${webPort}`,
      ECE_GATEWAY_URL: `http://localhost:${port}`,
      ECE_LOG_LEVEL: 'warn',
    };
    const others = roleNames.filter((role) => role !== 'web').join(',');
    let exchange = await startServer(['--roles', others], env, port);
    const web = await startServer(['--roles', 'web'], env, webPort);
    try {
      const page = await fetch(exchange.url);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('Rare cards.');
      expect(page.headers.get('content-security-policy')).toContain('nonce-');

      expect(await exchange.stop()).toBe(0);
      const browser = await openBrowser();
      const { page: open } = await visit(browser, { url: web.url });
      await open.goto('/');
      await open.getByRole('heading', { name: 'This could not be loaded' }).waitFor();
      await open.getByRole('button', { name: 'Try again' }).waitFor();
      exchange = await startServer(['--roles', others], env, port);
      await open.getByRole('heading', { name: /^Rare cards/ }).waitFor();
      await browser.close();
    } finally {
      expect(await web.stop()).toBe(0);
    }
    expect((await fetch(exchange.url)).status).toBe(503);
    expect((await fetch(`${exchange.url}/health/ready`)).status).toBe(200);
    expect(await exchange.stop()).toBe(0);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  },
  SITE_TIMEOUT,
);
