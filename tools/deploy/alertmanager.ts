import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { deploy, must, packaged } from './programs.ts';
import type { Report } from './report.ts';

const file = join(deploy, 'monitoring/alertmanager/alertmanager.yml');
const amtool = () => packaged('amtool', 'prometheus-alertmanager');

/** Who hears of what. */
const ROUTES: [labels: string[], receiver: string][] = [
  [['severity=page', 'environment=production', 'alertname=InvariantBroken'], 'on-call'],
  [['severity=ticket', 'environment=production'], 'tickets'],
  [['severity=info', 'environment=production'], 'slack'],
  [['severity=escalation', 'environment=production', 'page=RoleDown'], 'second-line-sms'],
  [['severity=watchdog', 'environment=production'], 'dead-mans-switch'],
  [['severity=page', 'environment=staging'], 'slack'],
  [['severity=escalation', 'environment=staging'], 'slack'],
  [['severity=watchdog', 'environment=staging'], 'dead-mans-switch'],
];

/** Checks the routing of alerts, and silences and inhibitions by an Alertmanager that runs. */
export async function checkAlertmanager(report: Report): Promise<void> {
  await report.check('amtool check-config', async () => {
    await must(amtool(), ['check-config', file]);
  });
  for (const [labels, receiver] of ROUTES) {
    await report.check(`amtool: ${labels.join(' ')} goes to ${receiver}`, async () => {
      await must(amtool(), [
        ...['config', 'routes', 'test', '--config.file', file],
        ...[`--verify.receivers=${receiver}`, ...labels],
      ]);
    });
  }
  await report.check('a silence keeps an alert from everybody, and a page inhibits its tickets', live);
}

/** Starts an Alertmanager with our configuration, its receivers aside, and gives it alerts. */
async function live(): Promise<void> {
  const program = packaged('prometheus-alertmanager', 'prometheus-alertmanager');
  const folder = mkdtempSync(join(tmpdir(), 'ece-alertmanager-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const text = readFileSync(file, 'utf8');
  // The receivers lead outside: here only their names count.
  const [head, receivers] = text.split(/^receivers:$/m);
  const names = [...receivers!.matchAll(/^ {2}- name: (.+)$/gm)].map(([, name]) => `  - name: ${name}`);
  const local = head!.replace(/^global:\n(?: .*\n)+/m, '').replace(/^templates:.*$/m, '');
  writeFileSync(join(folder, 'config.yml'), `${local}receivers:\n${names.join('\n')}\n`);
  const args = [`--config.file=${join(folder, 'config.yml')}`, `--storage.path=${folder}`];
  const process = spawn(
    program,
    [...args, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='],
    {
      stdio: 'ignore',
    },
  );
  const ended = new Promise((resolve) => process.once('exit', resolve));
  const tool = (...words: string[]) => must(amtool(), [`--alertmanager.url=${url}`, ...words]);
  const active = async () => {
    const alerts = (await (await fetch(`${url}/api/v2/alerts?silenced=false&inhibited=false`)).json()) as {
      labels: { alertname: string };
    }[];
    return alerts.map(({ labels }) => labels.alertname).sort();
  };
  try {
    await eventually(async () => (await fetch(`${url}/-/ready`)).ok);
    const labels = ['environment=production', 'area=events'];
    await tool('alert', 'add', 'OutboxStuck', 'severity=page', ...labels);
    await tool('alert', 'add', 'OutboxLagging', 'severity=ticket', ...labels);
    await tool('alert', 'add', 'DiskFillsUp', 'severity=ticket', 'environment=production', 'area=disk');
    await eventually(async () => (await active()).join() === 'DiskFillsUp,OutboxStuck');
    await tool('silence', 'add', 'alertname=DiskFillsUp', '--duration=1h', '--author=test', '--comment=test');
    await eventually(async () => (await active()).join() === 'OutboxStuck');
    const silences = await tool('silence', 'query', '--quiet');
    await tool('silence', 'expire', silences.trim());
    await eventually(async () => (await active()).join() === 'DiskFillsUp,OutboxStuck');
  } finally {
    process.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until something holds, a minute at the most. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`it did not come to be: ${holds}`);
    await pause(100);
  }
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
