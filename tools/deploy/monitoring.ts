import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { checkAlertmanager } from './alertmanager.ts';
import { anomalyTest } from './anomalies.ts';
import { dashboardQueries, dashboards } from './dashboards.ts';
import { must, packaged, root } from './programs.ts';
import { expectNone, type Report } from './report.ts';
import { prometheus, type Rule, readRules } from './rules.ts';

const SEVERITIES = ['page', 'ticket', 'info', 'escalation', 'watchdog'];
const promtool = () => packaged('promtool', 'prometheus');

/** Checks rules, alerts, dashboards and the shipping of logs. */
export async function checkMonitoring(report: Report): Promise<void> {
  report.heading('Monitoring');
  const files = globSync('rules/*.yml', { cwd: prometheus }).map((file) => join(prometheus, file));
  await report.check('promtool check rules', async () => {
    await must(promtool(), ['check', 'rules', '--lint=all', '--lint-fatal', ...files]);
    return `${readRules().length} rules`;
  });
  await report.check('promtool check config, compose', async () => {
    await must(promtool(), ['check', 'config', '--syntax-only', join(prometheus, 'prometheus.yml')]);
  });
  for (const file of globSync('tests/*.test.yml', { cwd: prometheus }).sort()) {
    await report.check(`promtool test rules, ${file}`, async () => {
      await must(promtool(), ['test', 'rules', file], { cwd: prometheus, seconds: 900 });
    });
  }
  await report.check('planted anomalies are found, clean weeks are quiet', anomalies);
  await report.check('every alert has a severity, a runbook and a test', () => {
    const alerts = readRules().filter(({ alert }) => alert);
    const tests = [
      ...globSync('tests/*.test.yml', { cwd: prometheus }).map((file) => join(prometheus, file)),
      join(root, 'tools/deploy/anomalies.ts'),
    ]
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expectNone(alerts.flatMap((rule) => alertProblems(rule, tests)));
    return `${alerts.length} alerts`;
  });
  await report.check('the dashboards are those of their descriptions', () => {
    const stale = [...dashboards()].filter(
      ([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text,
    );
    expectNone(stale.map(([path]) => `${path} is old: run "node tools/deploy/dashboards.ts"`));
    return `${dashboards().size} dashboards`;
  });
  await report.check('every query of the dashboards can be read', queries);
  await checkAlertmanager(report);
}

function alertProblems({ alert, labels, annotations }: Rule, tests: string): string[] {
  const problems: string[] = [];
  if (!SEVERITIES.includes(labels?.severity ?? '')) problems.push(`${alert} has no severity that is routed`);
  if (!annotations?.summary) problems.push(`${alert} says nothing`);
  if (!tests.includes(alert!)) problems.push(`${alert} is in no test`);
  const [file, anchor] = (annotations?.runbook ?? '').split('#');
  const path = join(root, file || 'none');
  const chapters: string[] = existsSync(path) ? (readFileSync(path, 'utf8').match(/^## .+$/gm) ?? []) : [];
  if (anchor !== alert!.toLowerCase() || !chapters.includes(`## ${alert}`)) {
    problems.push(`${alert} has no runbook at ${annotations?.runbook}`);
  }
  return problems;
}

async function anomalies(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ece-anomalies-'));
  try {
    const text = readFileSync(join(prometheus, 'rules/anomalies.yml'), 'utf8');
    // Seven weeks every two minutes would take half an hour.
    const sparser = text.replace('interval: 2m', 'interval: 15m');
    if (sparser === text) throw new Error('the interval of the rules is not where it was');
    writeFileSync(join(folder, 'rules.yml'), sparser);
    writeFileSync(join(folder, 'test.yml'), anomalyTest('rules.yml'));
    await must(promtool(), ['test', 'rules', 'test.yml'], { cwd: folder, seconds: 1800 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function queries(): Promise<string> {
  const all = dashboardQueries();
  const rules = all.map(({ expr }, index) => ({ record: `query_${index}`, expr }));
  const folder = mkdtempSync(join(tmpdir(), 'ece-queries-'));
  try {
    const file = join(folder, 'queries.yml');
    writeFileSync(
      file,
      stringify({ groups: [{ name: 'queries', rules }] }, { aliasDuplicateObjects: false }),
    );
    await must(promtool(), ['check', 'rules', file]);
    return `${all.length} queries`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
