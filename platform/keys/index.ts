import { createPublicKey, hkdfSync, type PublicKeyInput } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { createKeyPairSignerFromPrivateKeyBytes, type KeyPairSigner } from '@solana/kit';
import { toBase58 } from '../chain/base58.ts';
import { writeDurably } from '../content/durable-file.ts';
import { newRoot, sealRoot, unsealRoot } from './key-file.ts';

/** Why a key file could not be made or opened; `detail` names the file and never a secret. */
export type KeyStoreError = {
  code: 'missing' | 'exists' | 'damaged' | 'wrong_passphrase' | 'empty_passphrase';
  detail: string;
};

/** The outcome of making or opening a key file. */
export type KeyStoreResult<T> = { ok: true; value: T } | { ok: false; error: KeyStoreError };

const CACHED_SIGNERS = 1_000;
const PATH = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/;
const PATH_LENGTH = 200;
const SALT = 'key-store-v1';
/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Every key of the product, derived from one root secret by HKDF-SHA-256 (RFC 5869). Equal paths
 * give equal keys for ever, so no derived key is ever stored. The root never leaves this class.
 *
 * A path is lower-case words joined by slashes, such as `treasury` or `deposit/<uuid>`; any other
 * text is a mistake of the caller and throws.
 */
export class KeyStore {
  readonly #root: Buffer;
  readonly #signers = new Map<string, Promise<KeyPairSigner>>();

  constructor(root: Buffer) {
    if (root.length !== 32) throw new RangeError('A root secret has 32 bytes.');
    this.#root = Buffer.from(root);
  }

  /** The Ed25519 signer of a path. Its private key cannot be exported from the returned object. */
  signer(path: string): Promise<KeyPairSigner> {
    const known = this.#signers.get(path);
    const signer = known ?? this.#deriveSigner(path);
    // Re-inserting keeps the map in order of use, so that its first entry is the one to forget.
    this.#signers.delete(path);
    this.#signers.set(path, signer);
    if (this.#signers.size > CACHED_SIGNERS) {
      for (const oldest of this.#signers.keys()) {
        this.#signers.delete(oldest);
        break;
      }
    }
    return signer;
  }

  /**
   * The address of a path's signer, without making and remembering the signer: for those who need many
   * addresses and no signature.
   */
  address(path: string): string {
    const seed = this.#derive('ed25519', path);
    const key = Buffer.concat([PKCS8_ED25519, seed]);
    try {
      // Node takes a private key here as well; its types know only of public ones.
      const input = { key, format: 'der', type: 'pkcs8' } as unknown as PublicKeyInput;
      const { x } = createPublicKey(input).export({ format: 'jwk' });
      return toBase58(Buffer.from(x!, 'base64url'));
    } finally {
      seed.fill(0);
      key.fill(0);
    }
  }

  /** A 32-byte secret of a path, independent of the signer of the same path (token signing etc.). */
  secret(path: string): Buffer {
    return this.#derive('secret', path);
  }

  #deriveSigner(path: string): Promise<KeyPairSigner> {
    const seed = this.#derive('ed25519', path);
    return createKeyPairSignerFromPrivateKeyBytes(seed).finally(() => seed.fill(0));
  }

  #derive(purpose: 'ed25519' | 'secret', path: string): Buffer {
    if (path.length > PATH_LENGTH || !PATH.test(path)) throw new RangeError('Not a key path.');
    return Buffer.from(hkdfSync('sha256', this.#root, SALT, `${purpose}:${path}`, 32));
  }

  /** Keeps the secret out of `JSON.stringify`. */
  toJSON(): string {
    return '[KeyStore]';
  }

  /** Keeps the secret and the derived keys out of logs. */
  [inspect.custom](): string {
    return '[KeyStore]';
  }
}

function failure(code: KeyStoreError['code'], detail: string): { ok: false; error: KeyStoreError } {
  return { ok: false, error: { code, detail } };
}

/**
 * Makes a key file with a fresh random root secret, mode 0600, on disk when this resolves.
 * Errors: `exists` (an existing file is never overwritten), `empty_passphrase`.
 */
export async function createKeyFile(path: string, passphrase: string): Promise<KeyStoreResult<KeyStore>> {
  if (passphrase === '') return failure('empty_passphrase', 'The passphrase of the key file is empty.');
  const root = newRoot();
  const text = await sealRoot(root, passphrase);
  const written = await writeDurably(path, Buffer.from(text), { mode: 0o600, onExisting: 'keep' });
  if (!written) return failure('exists', `${path} exists already.`);
  return { ok: true, value: new KeyStore(root) };
}

/** Opens an existing key file. Errors: `missing`, `damaged`, `wrong_passphrase`. */
export async function openKeyStore(path: string, passphrase: string): Promise<KeyStoreResult<KeyStore>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return failure('missing', `There is no key file at ${path}.`);
  }
  const root = await unsealRoot(text, passphrase);
  if (root === 'damaged') return failure('damaged', `${path} is not a whole key file.`);
  if (root === 'wrong_passphrase')
    return failure('wrong_passphrase', `The passphrase does not open ${path}.`);
  return { ok: true, value: new KeyStore(root) };
}

/** Opens a key file, making it first where there is none; safe when several processes do so at once. */
export async function openOrCreateKeyStore(
  path: string,
  passphrase: string,
): Promise<KeyStoreResult<KeyStore>> {
  const opened = await openKeyStore(path, passphrase);
  if (opened.ok || opened.error.code !== 'missing') return opened;
  const created = await createKeyFile(path, passphrase);
  if (created.ok || created.error.code !== 'exists') return created;
  return openKeyStore(path, passphrase);
}
