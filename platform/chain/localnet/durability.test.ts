import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { generateKeyPairSigner } from '@solana/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLocalnet } from './index.ts';
import {
  connect,
  fundedSigner,
  type Rpc,
  rawCall,
  type Signed,
  send,
  signTransfer,
  temporaryFolder,
} from './testing.ts';

let folder: ReturnType<typeof temporaryFolder>;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  folder.remove();
});

async function startProcess(...args: string[]): Promise<{ url: string; child: ChildProcess }> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = fork(main, ['--data', folder.path, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  children.push(child);
  const [line] = await once(child.stdout!, 'data');
  return { url: JSON.parse(String(line)).url, child };
}

async function stop(child: ChildProcess, how: () => void): Promise<number | null> {
  const exited = once(child, 'exit');
  how();
  return (await exited)[0];
}

const options = { dataDir: '', slotMs: 400, finalityLag: 31 };

test('after a restart everything is as it was, and time goes on', async () => {
  const first = await startLocalnet({ ...options, dataDir: folder.path });
  let rpc = connect(first.url);
  const [from, to] = [await fundedSigner(rpc), await generateKeyPairSigner()];
  const { value: lifetime } = await rpc.getLatestBlockhash().send();
  const signed = await signTransfer(rpc, from, to.address, 2_000_000_000n, lifetime);
  const later = await signTransfer(rpc, from, to.address, 1_000_000_000n, lifetime);
  await send(rpc, signed);
  const genesis = await rpc.getGenesisHash().send();
  const slot = await rpc.getSlot().send();
  const query = { encoding: 'json', maxSupportedTransactionVersion: 0 } as const;
  const transaction = await rpc.getTransaction(signed.signature, query).send();
  await first.close();

  const second = await startLocalnet({ ...options, dataDir: folder.path });
  rpc = connect(second.url);
  expect(await rpc.getGenesisHash().send()).toBe(genesis);
  expect(await rpc.getSlot().send()).toBeGreaterThanOrEqual(slot);
  expect((await rpc.getBalance(from.address).send()).value).toBe(7_999_995_000n);
  expect((await rpc.getBalance(to.address).send()).value).toBe(2_000_000_000n);
  expect(await rpc.getTransaction(signed.signature, query).send()).toEqual(transaction);
  expect(await rpc.getSignaturesForAddress(to.address).send()).toHaveLength(1);
  // What was not final before the restart is not final after it either.
  expect((await rpc.getBalance(to.address, { commitment: 'finalized' }).send()).value).toBe(0n);
  const { error } = await rawCall(second.url, 'sendTransaction', [signed.wire, { encoding: 'base64' }]);
  expect(error.data.err).toBe('AlreadyProcessed');
  await send(rpc, later);
  expect((await rpc.getBalance(to.address).send()).value).toBe(3_000_000_000n);
  await second.close();
});

test('no answered transaction is lost when the process is killed under load', async () => {
  const { url, child } = await startProcess('--slot-ms', '400');
  const rpc = connect(url);
  const [from, to] = [await fundedSigner(rpc), await generateKeyPairSigner()];
  const { value: lifetime } = await rpc.getLatestBlockhash().send();
  const amounts = Array.from({ length: 300 }, (_, index) => BigInt(1_000_000 + index));
  const signed = await Promise.all(
    amounts.map((amount) => signTransfer(rpc, from, to.address, amount, lifetime)),
  );
  const { answered, broken } = await sendAll(rpc, signed, 32, (count) => {
    if (count === 80) child.kill('SIGKILL');
  });
  expect(answered.length).toBeGreaterThanOrEqual(80);
  expect(broken).toBeGreaterThan(0);

  const again = await startProcess('--slot-ms', '400');
  const found = await statuses(again.url, signed);
  const landed = new Set(signed.filter((_, index) => found[index] !== null).map((each) => each.signature));
  expect(answered.filter((signature) => !landed.has(signature))).toEqual([]);
  const expected = amounts.reduce((sum, amount, index) => (found[index] === null ? sum : sum + amount), 0n);
  const after = connect(again.url);
  expect((await after.getBalance(to.address).send()).value).toBe(expected);
  expect((await after.getSignaturesForAddress(to.address).send()).length).toBe(landed.size);
  // The blockhash outlives the crash, so what was dropped can be sent again, and only that.
  await Promise.all(signed.map((each) => send(after, each).catch(() => undefined)));
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  expect((await after.getBalance(to.address).send()).value).toBe(total);
});

async function sendAll(rpc: Rpc, signed: Signed[], width: number, onAnswer: (count: number) => void) {
  const answered: Signed['signature'][] = [];
  const queue = [...signed];
  let broken = 0;
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        answered.push(await send(rpc, next));
        onAnswer(answered.length);
      } catch {
        broken += 1;
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return { answered, broken };
}

async function statuses(url: string, signed: Signed[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let from = 0; from < signed.length; from += 200) {
    const signatures = signed.slice(from, from + 200).map((each) => each.signature);
    const { result } = await rawCall(url, 'getSignatureStatuses', [
      signatures,
      { searchTransactionHistory: true },
    ]);
    found.push(...result.value);
  }
  return found;
}

test('a folder has one chain at a time, and a killed one leaves it free', async () => {
  const { child } = await startProcess();
  await expect(startLocalnet({ dataDir: folder.path })).rejects.toThrow(/in use by another process/);
  await stop(child, () => child.kill('SIGKILL'));
  const localnet = await startLocalnet({ dataDir: folder.path });
  await expect(startLocalnet({ dataDir: folder.path })).rejects.toThrow(/in use by another process/);
  await localnet.close();
});

test('the process stops by itself on SIGTERM and when its parent is gone', async () => {
  const first = await startProcess();
  expect(await stop(first.child, () => first.child.kill('SIGTERM'))).toBe(0);
  const second = await startProcess();
  expect(await stop(second.child, () => second.child.disconnect())).toBe(0);
});

test('a taken port is an error that releases the folder', async () => {
  const first = await startLocalnet();
  const port = Number(new URL(first.url).port);
  await expect(startLocalnet({ dataDir: folder.path, port })).rejects.toThrow(/EADDRINUSE/);
  await (await startLocalnet({ dataDir: folder.path })).close();
  await first.close();
});
