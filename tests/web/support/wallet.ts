import type { Page } from 'playwright-core';

/**
 * Registers a wallet of the Wallet Standard in every page of a visit before its scripts run. It makes a real Ed25519
 * key and signs with it.
 * @param forges signs with another key than that of its address
 */
export async function installWallet(page: Page, name: string, forges = false): Promise<void> {
  await page.addInitScript(registerWallet, { name, forges });
}

/** Runs in the page. */
function registerWallet({ name, forges }: { name: string; forges: boolean }): void {
  const LETTERS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const encode = (bytes: Uint8Array) => {
    let value = bytes.reduce((total, byte) => total * 256n + BigInt(byte), 0n);
    let text = '';
    for (; value > 0n; value /= 58n) text = LETTERS[Number(value % 58n)] + text;
    for (const byte of bytes) {
      if (byte !== 0) break;
      text = `1${text}`;
    }
    return text;
  };
  const makeKeys = () =>
    crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']) as Promise<CryptoKeyPair>;
  const features = ['solana:signMessage'];
  let keys: CryptoKeyPair;
  let accounts: object[] = [];
  const wallet = {
    version: '1.0.0',
    name,
    icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="teal"/></svg>',
    chains: ['solana:localnet'],
    get accounts() {
      return accounts;
    },
    features: {
      'standard:connect': {
        version: '1.0.0',
        async connect() {
          keys = await makeKeys();
          const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
          accounts = [{ address: encode(publicKey), publicKey, chains: ['solana:localnet'], features }];
          if (forges) keys = await makeKeys();
          return { accounts };
        },
      },
      'standard:disconnect': {
        version: '1.0.0',
        async disconnect() {
          accounts = [];
        },
      },
      'standard:events': { version: '1.0.0', on: () => () => {} },
      'solana:signMessage': {
        version: '1.1.0',
        async signMessage(...inputs: { message: Uint8Array<ArrayBuffer> }[]) {
          return await Promise.all(
            inputs.map(async ({ message }) => ({
              signedMessage: message,
              signature: new Uint8Array(await crypto.subtle.sign('Ed25519', keys.privateKey, message)),
            })),
          );
        },
      },
    },
  };
  const offer = ({ register }: { register(wallet: object): void }) => register(wallet);
  addEventListener('wallet-standard:app-ready', (event) => offer((event as CustomEvent).detail));
  dispatchEvent(new CustomEvent('wallet-standard:register-wallet', { detail: offer }));
}
