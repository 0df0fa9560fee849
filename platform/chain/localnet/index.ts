import { inspect } from 'node:util';
import { Chain } from './chain.ts';
import { Faucet } from './faucet.ts';
import { type RpcServer, serveRpc } from './rpc/server.ts';

/** How a local chain is started. */
export interface LocalnetOptions {
  /** Folder of the ledger file; undefined keeps everything in memory. */
  dataDir?: string;
  /** Address to listen on; default 127.0.0.1. */
  host?: string;
  /** Port to listen on; 0 (default) takes any free one. */
  port?: number;
  /** Length of a slot in milliseconds; default 400, as on mainnet. */
  slotMs?: number;
  /** Slots until a slot counts as finalized; default 31, as on mainnet. */
  finalityLag?: number;
  /** Takes accounts that no transaction made (`localnet_loadAccounts`); default false. */
  loadable?: boolean;
}

/** A running local chain. */
export interface Localnet {
  /** JSON-RPC address, `http://host:port`. */
  url: string;
  /** Finishes what is in flight, writes everything and releases the data folder. */
  close(): Promise<void>;
}

/**
 * Starts a local Solana chain that answers JSON-RPC over HTTP. Rejects when another process has the
 * data folder, or when the port is taken.
 */
export async function startLocalnet(options: LocalnetOptions = {}): Promise<Localnet> {
  const { dataDir, host = '127.0.0.1', port = 0, slotMs = 400, finalityLag = 31, loadable = false } = options;
  const chain = new Chain(dataDir, finalityLag);
  let server: RpcServer;
  try {
    const faucet = await Faucet.open(chain);
    server = await serveRpc({ chain, faucet, loadable }, host, port);
  } catch (error) {
    await chain.close();
    throw error;
  }
  const stopClock = startClock(chain, slotMs);
  let closed: Promise<void> | undefined;
  const close = async () => {
    await server.close();
    stopClock();
    await chain.close();
  };
  return {
    url: server.url,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

/** Advances the chain's slots with the time that passes, also when the process was held up. */
function startClock(chain: Chain, slotMs: number): () => void {
  const started = performance.now();
  let passed = 0;
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - started) / slotMs);
    if (due === passed) return;
    try {
      chain.advance(due - passed);
    } catch (error) {
      // The ledger is broken: every call is answered with an error from here on, and the clock stands.
      process.stderr.write(`the local chain stopped: ${inspect(error)}\n`);
      clearInterval(timer);
    }
    passed = due;
  }, slotMs);
  return () => clearInterval(timer);
}
