import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Logger } from '@ece/platform/log/log';
import { buildWeb, noteUse, webEnvironment } from './build.ts';

export interface WebProcessOptions {
  /** The project's folder. */
  root: string;
  /** Where the web app reaches the gateway. */
  apiUrl: string;
  /** Shown to the gateway, which then counts the calls as its own. */
  secret: string;
  log: Logger;
}

/** The web app in a process of its own. */
export interface WebProcess {
  /** Where it listens; undefined while it does not. */
  url(): string | undefined;
  /** Settles once: undefined when it is up, or why it is not. The rest of the exchange works either way. */
  started: Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Most times that it is started anew after it has ended by itself, and the longest pause before that. */
const MOST_RESTARTS = 8;
const LONGEST_PAUSE_MS = 30_000;
const PATIENCE_MS = 5000;

/** Builds the web app where needed, serves it on a loopback port, and starts it anew when it has crashed. */
export function startWeb(options: WebProcessOptions): WebProcess {
  const { log } = options;
  const stopping = new AbortController();
  let url: string | undefined;
  let child: ChildProcess | undefined;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let restarts = 0;

  const launch = async (dist: string): Promise<void> => {
    const process = fork(join(options.root, 'apps/web/serve.ts'), [], {
      cwd: join(options.root, 'apps/web'),
      env: {
        ...webEnvironment(),
        ECE_WEB_DIST: dist,
        ECE_WEB_API_URL: options.apiUrl,
        ECE_WEB_SECRET: options.secret,
      },
      // Ctrl-C reaches this process, which stops the web app after the calls in flight.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = process;
    if (process.pid) noteUse(join(options.root, 'apps/web', dist), process.pid);
    const said = (text: Buffer) => ({ said: text.toString().slice(0, 4000) });
    process.stdout!.on('data', (text: Buffer) => log.info(said(text), 'web'));
    process.stderr!.on('data', (text: Buffer) => log.warn(said(text), 'web'));
    process.once('exit', (code, signal) => {
      url = undefined;
      if (stopping.signal.aborted || child !== process) return;
      log.error({ code, signal }, 'web: the process has ended');
      if (restarts >= MOST_RESTARTS) return log.error('web: it is not started again');
      pause = setTimeout(
        () => void launch(dist).catch(() => {}),
        Math.min(LONGEST_PAUSE_MS, 500 * 2 ** restarts++),
      );
    });
    url = await firstUrl(process);
  };

  const begin = async (): Promise<string | undefined> => {
    try {
      const build = await buildWeb({ root: options.root, signal: stopping.signal });
      if (stopping.signal.aborted) return 'it was stopped';
      await launch(build.dist);
      return undefined;
    } catch (error) {
      if (stopping.signal.aborted) return 'it was stopped';
      log.error({ err: error }, 'web: the web app is not available');
      return (error as Error).message;
    }
  };

  return {
    url: () => url,
    started: begin(),
    async stop() {
      stopping.abort();
      clearTimeout(pause);
      url = undefined;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const insist = setTimeout(() => child?.kill('SIGKILL'), PATIENCE_MS);
      await exited;
      clearTimeout(insist);
    },
  };
}

function firstUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`the web app ended with ${signal ?? code}`)));
    child.once('message', (message) => resolve((message as { url: string }).url));
  });
}
