// Makes the secrets of a development stack, once, in the folder that is named.
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const password = randomBytes(24).toString('hex');
const secrets = {
  token: randomBytes(36).toString('base64url'),
  internal: randomBytes(36).toString('base64url'),
  notification: randomBytes(36).toString('base64url'),
  'keys-passphrase': randomBytes(24).toString('base64url'),
  'database-password': password,
  // Written last: with it everything is there.
  'database-url': `postgres://ece:${password}@postgres:5432/ece`,
};
if (!existsSync(join(folder, 'database-url'))) {
  for (const [name, value] of Object.entries(secrets)) {
    writeFileSync(join(folder, name), value, { mode: 0o440 });
  }
}
