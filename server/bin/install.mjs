// Plain JavaScript without dependencies: it runs on the machine's own Node, before anything is installed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, stopWithNpm } from './node.mjs';

/** npm names the cause first and explains at length afterwards. */
const FIRST_LINES = 12;
const LAST_LINES = 12;

/**
 * Whether node_modules holds what package-lock.json asks for. npm lists what it has installed in
 * node_modules/.package-lock.json as its last step.
 * @returns {boolean}
 */
export function isInstalled() {
  const wanted = packagesIn('package-lock.json');
  const present = packagesIn('node_modules/.package-lock.json');
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = present[path];
    // npm leaves out what is optional and does not fit this machine.
    if (!found) return Boolean(entry.optional || entry.devOptional || entry.peer);
    return found.version === entry.version && found.link === entry.link;
  });
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Installs the packages that package-lock.json lists, showing that it is alive.
 * @returns {Promise<boolean>} whether it worked; what went wrong has been printed
 */
export async function install() {
  console.log('Installing packages (this happens once, and takes a minute or so).');
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const said = [];
  const live = process.stdout.isTTY;
  const ticker = setInterval(
    () => process.stdout.write(live ? `\r  npm ci … ${seconds()} s ` : `  npm ci … ${seconds()} s\n`),
    live ? 1000 : 10_000,
  );
  const code = await runNpm(
    ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional'],
    (text) => {
      said.push(...text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm warn')));
      if (said.length > FIRST_LINES + LAST_LINES)
        said.splice(FIRST_LINES, said.length - FIRST_LINES - LAST_LINES);
    },
  );
  clearInterval(ticker);
  if (live) process.stdout.write('\r\x1b[K');
  if (code === 0) {
    console.log(`Packages installed in ${seconds()} s.`);
    return true;
  }
  console.error(`\nThe install failed after ${seconds()} s. What npm said:\n`);
  for (const line of said) console.error(`  ${line}`);
  console.error(
    [
      '',
      'What to try: look for the reason in the lines above; check that this machine reaches the npm registry',
      '("npm ping"), that the disk has 1 GB free and that you own this folder; then run the same command again.',
    ].join('\n'),
  );
  return false;
}

function runNpm(args, onOutput) {
  // npm must not run on the Node inside node_modules, which it is about to replace.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter);
  const { npm_execpath: npmFile, npm_node_execpath: npmNode } = process.env;
  const useCurrent = npmFile?.endsWith('npm-cli.js') && npmNode && !npmNode.includes('node_modules');
  const [program, first] = useCurrent ? [npmNode, [npmFile]] : ['npm', []];
  return new Promise((resolve) => {
    const child = spawn(program, [...first, ...args], {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk) => onOutput(String(chunk)));
    child.stderr.on('data', (chunk) => onOutput(String(chunk)));
    child.on('error', (error) => {
      onOutput(error.code === 'ENOENT' ? 'npm was not found on this machine' : error.message);
      resolve(1);
    });
    const stop = () => {
      // npm finishes what it is doing before it listens; the next install begins anew in any case.
      child.kill('SIGKILL');
      child.once('exit', () => process.exit(130));
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    stopWithNpm();
    child.on('close', (code) => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve(code ?? 1);
    });
  });
}
