import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto';

const FORMAT = 'encrypted-root-secret';
const ROOT_BYTES = 32;
/** OWASP's first choice for scrypt: 128 MiB of memory, some tenths of a second. */
const COST = { N: 2 ** 17, r: 8, p: 1 };
/** A file that asks for more than this is not ours and must not be able to exhaust the memory. */
const COST_LIMIT = { N: 2 ** 20, r: 16, p: 16 };

/** Why an existing key file could not be read. */
export type KeyFileProblem = 'damaged' | 'wrong_passphrase';

type Cost = typeof COST;
type Envelope = {
  format: typeof FORMAT;
  version: 1;
  kdf: { name: 'scrypt'; salt: string } & Cost;
  cipher: { name: 'aes-256-gcm'; iv: string; tag: string; text: string };
};

function deriveKey(passphrase: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const { N, r, p } = cost;
  return new Promise((resolve, reject) => {
    scrypt(
      passphrase.normalize('NFKC'),
      salt,
      32,
      { N, r, p, maxmem: 256 * N * r + 2 ** 20 },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}

/** What GCM authenticates besides the secret, so that a swapped cost or salt is noticed as well. */
function associatedData(kdf: Envelope['kdf']): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, 1, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt]));
}

function checksum(envelope: Envelope): string {
  const { kdf, cipher } = envelope;
  return createHash('sha256')
    .update(associatedData(kdf))
    .update(JSON.stringify([cipher.name, cipher.iv, cipher.tag, cipher.text]))
    .digest('hex');
}

/** Encrypts a root secret of 32 bytes: AES-256-GCM under scrypt(passphrase), as the file's text. */
export async function sealRoot(root: Buffer, passphrase: string): Promise<string> {
  const salt = randomBytes(32);
  const iv = randomBytes(12);
  const kdf: Envelope['kdf'] = { name: 'scrypt', ...COST, salt: salt.toString('base64') };
  const key = await deriveKey(passphrase, salt, COST);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(associatedData(kdf));
  const text = Buffer.concat([cipher.update(root), cipher.final()]);
  key.fill(0);
  const envelope: Envelope = {
    format: FORMAT,
    version: 1,
    kdf,
    cipher: {
      name: 'aes-256-gcm',
      iv: iv.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
      text: text.toString('base64'),
    },
  };
  return `${JSON.stringify({ ...envelope, checksum: checksum(envelope) }, null, 2)}\n`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function hasBytes(value: unknown, length: number): boolean {
  return typeof value === 'string' && Buffer.from(value, 'base64').length === length;
}

function isCost(kdf: Record<string, unknown>): boolean {
  const { N, r, p } = kdf;
  const within = (value: unknown, limit: number): value is number =>
    Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= limit;
  if (!within(N, COST_LIMIT.N) || !within(r, COST_LIMIT.r) || !within(p, COST_LIMIT.p)) return false;
  return N >= 2 && Number.isInteger(Math.log2(N));
}

function parseEnvelope(text: string): Envelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.format !== FORMAT || value.version !== 1) return undefined;
  const { kdf, cipher } = value;
  if (!isRecord(kdf) || kdf.name !== 'scrypt' || !isCost(kdf) || !hasBytes(kdf.salt, 32)) return undefined;
  if (!isRecord(cipher) || cipher.name !== 'aes-256-gcm') return undefined;
  if (!hasBytes(cipher.iv, 12) || !hasBytes(cipher.tag, 16) || !hasBytes(cipher.text, ROOT_BYTES))
    return undefined;
  const envelope = value as unknown as Envelope;
  // The checksum is only here to tell a damaged file from a mistyped passphrase.
  return value.checksum === checksum(envelope) ? envelope : undefined;
}

/** Decrypts the text that `sealRoot` made; says `damaged` or `wrong_passphrase` where it cannot. */
export async function unsealRoot(text: string, passphrase: string): Promise<Buffer | KeyFileProblem> {
  const envelope = parseEnvelope(text);
  if (envelope === undefined) return 'damaged';
  const { kdf, cipher } = envelope;
  const key = await deriveKey(passphrase, Buffer.from(kdf.salt, 'base64'), kdf);
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(cipher.iv, 'base64'), {
    authTagLength: 16,
  });
  decipher.setAAD(associatedData(kdf));
  decipher.setAuthTag(Buffer.from(cipher.tag, 'base64'));
  try {
    return Buffer.concat([decipher.update(Buffer.from(cipher.text, 'base64')), decipher.final()]);
  } catch {
    return 'wrong_passphrase';
  } finally {
    key.fill(0);
  }
}

/** A fresh root secret from the system's random source. */
export function newRoot(): Buffer {
  return randomBytes(ROOT_BYTES);
}
