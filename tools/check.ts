import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWeb } from '../server/web/build.ts';
import { checkProject, describe } from './boundaries/check.ts';
import { missingEntries, readLock } from './complete-lock.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ALIVE_EVERY_MS = 15_000;

/** What a step adds to the closing line. */
interface Result {
  passed: number;
  failed: number;
  skipped: number;
  /** What was looked at, for the step's line. */
  detail: string;
  /** Shown when the step failed. */
  output: string;
}

interface Step {
  name: string;
  /** The step prints as it goes; otherwise its output is shown only when it failed. */
  speaks?: boolean;
  run(): Promise<Result>;
}

let current: ChildProcess | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    if (!current) process.exit(130);
    current.once('exit', () => process.exit(130));
    current.kill(signal);
  });
}

const testsOnly = process.argv[2] === '--tests-only';
const filters = process.argv.slice(testsOnly ? 3 : 2);
const everything: Step[] = [
  { name: 'Type check', run: () => program('tsc', ['--noEmit']) },
  { name: 'Type check of the web app', run: () => program('tsc', ['--noEmit', '-p', 'apps/web']) },
  {
    name: 'Lint and format',
    run: () =>
      program('biome', ['ci', '--colors=off', '--max-diagnostics=50', '--diagnostic-level=warn', '.']),
  },
  { name: 'Dependency and style rules', run: async () => rules() },
  { name: 'Lock file', run: async () => lockFile() },
  { name: 'Web app', run: () => webApp() },
  { name: 'Tests', speaks: true, run: () => tests(filters) },
];
const steps = testsOnly ? everything.slice(-1) : everything;
process.exitCode = await main();

/** Runs all steps, also after one has failed, and prints the closing line. */
async function main(): Promise<number> {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  for (const [index, step] of steps.entries()) {
    const started = performance.now();
    const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    console.log(`[${index + 1}/${steps.length}] ${step.name} ...`);
    const alive = setInterval(() => {
      if (!step.speaks) console.log(`      still at it, ${seconds()}`);
    }, ALIVE_EVERY_MS);
    const result = await step.run().catch((error: unknown) => failure(String(error)));
    clearInterval(alive);
    if (result.output !== '') console.log(`\n${result.output.trimEnd()}\n`);
    total.passed += result.passed;
    total.failed += result.failed;
    total.skipped += result.skipped;
    const line = `${result.failed === 0 ? 'ok    ' : 'FAILED'} ${step.name}: ${result.detail} (${seconds()})`;
    lines.push(line);
    console.log(`      ${line}`);
  }
  console.log(`\n${lines.join('\n')}\n`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed === 0 ? 0 : 1;
}

function success(detail: string): Result {
  return { passed: 1, failed: 0, skipped: 0, detail, output: '' };
}

function failure(output: string, failed = 1): Result {
  return { passed: 0, failed, skipped: 0, detail: 'see above', output };
}

async function program(name: string, args: string[]): Promise<Result> {
  const { code, output } = await run(name, args, 'pipe');
  return code === 0 ? success(`${name} found nothing`) : failure(output);
}

function rules(): Result {
  const { files, imports, violations } = checkProject(root);
  if (violations.length > 0) return failure(violations.map(describe).join('\n'), violations.length);
  return success(`${imports} imports in ${files} files`);
}

function lockFile(): Result {
  const missing = Object.keys(missingEntries(readLock(root)));
  if (missing.length === 0) return success('complete for every platform');
  return failure(`"npm ci" would fail for want of ${missing.join(', ')}: run "node tools/complete-lock.ts"`);
}

/** Builds the web app, which the tests then find. */
async function webApp(): Promise<Result> {
  const { fresh } = await buildWeb({ root });
  return success(fresh ? 'built' : 'built before');
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
}

async function tests(paths: string[]): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'ece-report-'));
  const file = join(folder, 'vitest.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const { code } = await run('vitest', ['run', ...reporters, ...paths], 'inherit');
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
    const passed = report.numPassedTests;
    const skipped = report.numPendingTests + report.numTodoTests;
    // A file that cannot even be loaded fails the run without a failed test.
    const failed = Math.max(report.numFailedTests, code === 0 ? 0 : 1);
    return { passed, failed, skipped, detail: `${passed} passed, ${failed} failed`, output: '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(
  name: string,
  args: string[],
  stdio: 'pipe' | 'inherit',
): Promise<{ code: number; output: string }> {
  const bin = join(root, 'node_modules', '.bin');
  // The scripts in .bin look for "node" on the path; they must find the Node that runs this.
  const path = [dirname(process.execPath), bin, process.env.PATH ?? ''].join(delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn(join(bin, name), args, {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', stdio, stdio],
    });
    current = child;
    let output = '';
    const listen = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.on('error', reject);
    child.on('close', (code) => {
      current = undefined;
      resolve({ code: code ?? 1, output });
    });
  });
}
