// Plain JavaScript without dependencies: it runs on the machine's own Node, before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder of the project. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const NEEDED_MAJOR = 24;
/** npm and the terminal may each deliver the same Ctrl-C; a person needs longer to press it again. */
const SAME_KEY_PRESS_MS = 1000;

/**
 * Finds a Node that can run the project: this one, or the one that the install brought along.
 * @returns {string | undefined} its path
 */
export function findNode() {
  if (majorOf(process.version) >= NEEDED_MAJOR) return process.execPath;
  const installed = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(installed)) return undefined;
  const asked = spawnSync(installed, ['--version'], { encoding: 'utf8' });
  return asked.status === 0 && majorOf(asked.stdout) >= NEEDED_MAJOR ? installed : undefined;
}

/** What to tell the user when `findNode` finds nothing. */
export function nodeMissingMessage() {
  return [
    `ECE runs on Node ${NEEDED_MAJOR}, and this is Node ${process.version}.`,
    `Normally the install brings Node ${NEEDED_MAJOR} along as an optional package, but there is none for`,
    `${process.platform} on ${process.arch} in node_modules: npm skips an optional package that it cannot download.`,
    'Try "npm ci" once more, or install Node 24 from https://nodejs.org and run the same command again.',
  ].join('\n');
}

function majorOf(version) {
  return Number(/^v?(\d+)/.exec(version.trim())?.[1] ?? 0);
}

/**
 * Runs a file of the project with the given Node and ends this process with the same exit code.
 * SIGINT and SIGTERM are passed on once each time they are meant; when this process is killed, the child is
 * asked to stop.
 * @param {string} node
 * @param {string[]} args file of the project, relative to its root, and its arguments
 * @param {{ interactive?: boolean }} [options] interactive: the child may read the terminal
 */
export function runAndExit(node, [file, ...args], { interactive = false } = {}) {
  // In a terminal Ctrl-C goes to every process of the group. A child that needs no keyboard gets a group of
  // its own, so that it hears of it once, from here.
  const sharesTerminal = interactive && process.stdin.isTTY;
  const watch = pathToFileURL(join(root, 'server', 'bin', 'parent-watch.mjs')).href;
  const child = spawn(node, ['--import', watch, join(root, file), ...args], {
    stdio: [interactive ? 'inherit' : 'ignore', 'inherit', 'inherit', 'ipc'],
    detached: !sharesTerminal,
  });
  const last = {};
  const passOn = (signal) => {
    const now = performance.now();
    if (now - (last[signal] ?? Number.NEGATIVE_INFINITY) < SAME_KEY_PRESS_MS) return;
    last[signal] = now;
    if (!(sharesTerminal && signal === 'SIGINT')) child.kill(signal);
  };
  process.on('SIGINT', passOn);
  process.on('SIGTERM', passOn);
  stopWithNpm();
  child.on('error', (error) => {
    console.error(`Cannot run ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
}

let watchingNpm = false;

/** Makes the death of the npm that started this process count as SIGTERM: a killed npm tells nobody. */
export function stopWithNpm() {
  if (watchingNpm || !process.env.npm_lifecycle_event) return;
  watchingNpm = true;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  timer.unref();
}
