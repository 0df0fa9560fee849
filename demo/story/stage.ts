import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChainClient, createChainClient } from '@ece/platform/chain/client';
import { createClient, type Ece, EceError } from '@ece/sdk';

/** Somebody in the story. */
export interface Trader {
  name: string;
  handle: string;
  ece: Ece;
  depositAddress: string;
}

/** What the acts work with, and what they leave for the next. */
export interface Stage {
  url: string;
  dataDir: string;
  nova: Trader;
  milo: Trader;
  iris: Trader;
  operator: Ece;
  /** The chain itself, asked past the exchange. */
  chain: ChainClient;
  usdcMint: string;
  /** Copies by a short name. */
  copies: Map<string, string>;
  act(title: string): void;
  say(text: string): void;
  /** Something that the story promises; a broken promise ends it with exit code 1. */
  prove(claim: string, holds: boolean): void;
  curtain(): void;
}

const bold = (text: string) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
const green = (text: string) => (process.stdout.isTTY ? `\x1b[32m${text}\x1b[0m` : text);

/** Meets the exchange, its operator and its chain, and brings three new traders. */
export async function openStage(options: { url: string; data: string }): Promise<Stage> {
  const began = performance.now();
  let proofs = 0;
  const say = (text: string) => console.log(`   ${text}`);
  console.log(`\n${bold('Three traders at the Elite Card Exchange')}  ${options.url}\n`);
  await assertOpen(options.url);
  const operator = createClient({ url: options.url });
  await operator.signIn(operatorCredentials(options.data)).catch(end('the operator cannot sign in'));
  const traders = await Promise.all(['Nova', 'Milo', 'Iris'].map((name) => join_(options.url, name)));
  const [nova, milo, iris] = traders as [Trader, Trader, Trader];
  const { usdcMint } = await nova.ece.wallet.get();
  return {
    url: options.url,
    dataDir: options.data,
    nova,
    milo,
    iris,
    operator,
    chain: createChainClient({ url: chainUrl(options.data) }),
    usdcMint,
    copies: new Map(),
    act: (title) => console.log(`\n${bold(title)}`),
    say,
    prove(claim, holds) {
      if (!holds) end(`this should hold and does not: ${claim}`)(undefined);
      proofs++;
      console.log(`   ${green('✓')} ${claim}`);
    },
    curtain() {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`\n${bold(`The end: ${proofs} proofs held, ${seconds} s.`)}\n`);
      process.exit(0);
    },
  };
}

async function join_(url: string, name: string): Promise<Trader> {
  const handle = `${name.toLowerCase()}_${Math.random().toString(36).slice(2, 8)}`;
  const ece = createClient({ url });
  await ece.signUp({ email: `${handle}@demo.ece.example`, password: crypto.randomUUID(), handle });
  const { depositAddress } = await ece.wallet.get();
  return { name, handle, ece, depositAddress };
}

async function assertOpen(url: string): Promise<void> {
  const ready = await fetch(new URL('/health/ready', url)).catch(() => undefined);
  if (!ready?.ok) end(`nothing answers at ${url}; open the exchange first with "npm start"`)(undefined);
}

function operatorCredentials(dataDir: string): { email: string; password: string } {
  const { ECE_ADMIN_EMAIL: email, ECE_ADMIN_PASSWORD: password } = process.env;
  if (email && password) return { email, password };
  const file = join(dataDir, 'demo.json');
  if (!existsSync(file)) {
    end(
      `there is no ${file}; name the data folder with --data, or set ECE_ADMIN_EMAIL and ECE_ADMIN_PASSWORD`,
    )(undefined);
  }
  return (JSON.parse(readFileSync(file, 'utf8')) as { admin: { email: string; password: string } }).admin;
}

function chainUrl(dataDir: string): string {
  if (process.env.ECE_SOLANA_URL) return process.env.ECE_SOLANA_URL;
  const file = join(dataDir, 'running.json');
  if (!existsSync(file))
    end(`there is no ${file}; name the data folder with --data, or set ECE_SOLANA_URL`)(undefined);
  return (JSON.parse(readFileSync(file, 'utf8')) as { chainUrl: string }).chainUrl;
}

/** Ends the story with words instead of a stack. */
function end(message: string): (error: unknown) => never {
  return (error) => {
    const reason = error instanceof EceError ? `: ${error.code}, ${error.message}` : '';
    console.error(`\nThe story stops here: ${message}${reason}\n`);
    process.exit(1);
  };
}

const PATIENCE_MS = 120_000;

/** Asks again until there is an answer; two minutes at the most. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) end(`${what} did not happen within two minutes`)(undefined);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** The code that a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    if (error instanceof EceError) return error.code;
    throw error;
  }
}

/** An address in short. */
export function short(address: string): string {
  return `${address.slice(0, 4)}…${address.slice(-4)}`;
}
