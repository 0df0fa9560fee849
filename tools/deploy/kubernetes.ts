import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fields, readConfig } from '../../server/config.ts';
import { type RoleName, roleNames, services } from '../../server/roles.ts';
import { environments, lint, type Manifest, refuses, render, violations } from './manifests.ts';
import { expectNone, type Report } from './report.ts';
import { signsBy } from './stack.ts';

const WORKLOADS = ['Deployment', 'Rollout'];
/** 32 characters or more, as secrets have to have. */
const SECRET = 'x'.repeat(40);
/** What the Secrets hold, for reading the settings as a pod would. */
const SECRETS: Record<string, string> = {
  ECE_DATABASE_URL: 'postgres://ece@database/ece',
  ECE_DATABASE_REPLICA_URL: 'postgres://ece@replica/ece',
  DATABASE_URI: 'postgres://ece:x@database:5432/ece',
  ECE_SOLANA_URL: 'https://rpc.example',
  ECE_REDIS_URL: 'rediss://redis.example:6379',
  ECE_SMTP_URL: 'smtps://mail.example',
  ECE_SEARCH_ENGINE_URL: 'https://search.example',
};

/** Checks the chart in every environment. */
export async function checkKubernetes(report: Report): Promise<void> {
  report.heading('Kubernetes');
  for (const environment of environments()) {
    const { name } = environment;
    await report.check(`helm lint, ${name}`, () => lint(environment));
    const manifests = await report.check(`helm template, ${name}`, () => render(environment));
    if (!manifests) continue;
    const kinds = new Set(manifests.map((manifest) => manifest.kind)).size;
    await report.check(`schemas of Kubernetes and its operators, ${name}`, async () => {
      expectNone(await violations(manifests));
      return `${manifests.length} objects of ${kinds} kinds, no unknown key`;
    });
    await report.check(`pods are restricted, probed, bounded and drained, ${name}`, () =>
      expectNone(manifests.flatMap(podProblems)),
    );
    await report.check(`every process accepts its settings, ${name}`, () => settings(manifests));
    await report.check(`roles reach those that they call and nobody else, ${name}`, () => network(manifests));
    await report.check(`nothing secret is in the manifests, ${name}`, () => secrets(manifests));
    await report.check(`what is made for a role fits together, ${name}`, () =>
      expectNone(roleNames.flatMap((role) => roleProblems(role, manifests))),
    );
  }
  const byName = new Map(environments().map((each) => [each.name, each]));
  await report.check('production runs images by digest, and each canary is analysed', async () => {
    const manifests = await render(byName.get('production')!);
    expectNone([
      ...podsOf(manifests)
        .filter(({ pod }) => !/@sha256:[0-9a-f]{64}$/.test(pod.spec.containers[0].image))
        .map(({ manifest }) => `${manifest.metadata.name} is not named by digest`),
      ...manifests
        .filter(({ kind }) => kind === 'Rollout')
        .filter((each) => !each.spec.strategy.canary.analysis?.templates?.[0]?.templateName)
        .map(({ metadata }) => `${metadata.name} is not analysed`),
    ]);
  });
  await report.check('the second region waits: no process, no migration', async () => {
    const manifests = await render(byName.get('region-2')!);
    expectNone(
      manifests
        .filter(
          ({ kind, spec }) =>
            (WORKLOADS.includes(kind) && spec.replicas !== 0) ||
            kind === 'Job' ||
            kind === 'HorizontalPodAutoscaler',
        )
        .map(({ kind, metadata }) => `${kind} ${metadata.name} runs`),
    );
  });
  await report.check('the schema of values refuses what it should', async () => {
    const production = ['-f', 'deploy/helm/ece/values/production.yaml'];
    const wrong: [string, string[]][] = [
      ['a secret among the settings', ['--set', 'config.ECE_TOKEN_SECRET=x']],
      ['an unknown key', ['--set', 'replica=3']],
      ['an unknown key of a role', ['--set', 'roles.users.replica=3']],
      ['production by tag', [...production, '--set', 'image.server.digest=']],
      ['less time to stop than a process takes', ['--set', 'stopSeconds=10']],
    ];
    const accepted: string[] = [];
    for (const [what, values] of wrong) if (!(await refuses(values))) accepted.push(`accepted: ${what}`);
    if (await refuses(production)) accepted.push('refused: production as it is');
    expectNone(accepted);
  });
}

/** The pods of workloads, jobs and tests. */
function podsOf(manifests: Manifest[]): { manifest: Manifest; pod: Manifest }[] {
  return manifests.flatMap((manifest) => {
    if (manifest.kind === 'Pod') return [{ manifest, pod: manifest }];
    const pod = [...WORKLOADS, 'Job'].includes(manifest.kind) ? manifest.spec.template : undefined;
    return pod ? [{ manifest, pod }] : [];
  });
}

/** What a pod lacks of the restricted Pod Security Standard, and of what a rolling update needs. */
function podProblems(manifest: Manifest): string[] {
  const [found] = podsOf([manifest]);
  if (!found) return [];
  const { spec } = found.pod;
  const [container] = spec.containers;
  const security = container.securityContext ?? {};
  const wanted: Record<string, boolean> = {
    'runs as somebody else than root':
      spec.securityContext?.runAsNonRoot && spec.securityContext.runAsUser > 0,
    'has a seccomp profile': spec.securityContext?.seccompProfile?.type === 'RuntimeDefault',
    'has no token of the cluster': spec.automountServiceAccountToken === false,
    'cannot gain privileges': security.allowPrivilegeEscalation === false,
    'has no capabilities': security.capabilities?.drop?.includes('ALL'),
    'has a read-only root': security.readOnlyRootFilesystem === true,
    'requests and bounds memory':
      !!container.resources?.requests?.memory && !!container.resources?.limits?.memory,
    'shares nothing with its machine': !spec.hostNetwork && !spec.hostPID && !spec.hostIPC,
  };
  if (WORKLOADS.includes(manifest.kind)) {
    const sleep = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
    Object.assign(wanted, {
      'has its probes': ['startupProbe', 'livenessProbe', 'readinessProbe'].every(
        (probe) => container[probe],
      ),
      'is drained before it is told to stop': sleep >= 5,
      'has the time that stopping takes': spec.terminationGracePeriodSeconds > sleep + 30,
      'is spread over zones and machines': spec.topologySpreadConstraints?.length === 2,
      'is not given variables of services': spec.enableServiceLinks === false,
    });
  }
  const { kind, metadata } = manifest;
  return Object.entries(wanted)
    .filter(([, holds]) => !holds)
    .map(([what]) => `${kind} ${metadata.name} is wanted to be so: ${what}`);
}

/** The variables that a container starts with; secret ones have made-up values. */
function environmentOf(pod: Manifest, manifests: Manifest[]): Record<string, string> {
  const [container] = pod.spec.containers;
  const maps = (container.envFrom ?? []).map(
    (from: Manifest) =>
      manifests.find(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === from.configMapRef.name,
      )!.data,
  );
  const own = (container.env ?? []).map((each: Manifest) => [
    each.name,
    each.value ?? SECRETS[each.name as string] ?? SECRET,
  ]);
  const all: Record<string, string> = Object.assign({}, ...maps, Object.fromEntries(own));
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      name,
      value.replace(/\$\((\w+)\)/g, (whole, other: string) => all[other] ?? whole),
    ]),
  );
}

function settings(manifests: Manifest[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'ece-deploy-'));
  const problems: string[] = [];
  let count = 0;
  for (const { manifest, pod } of podsOf(manifests)) {
    if (pod.spec.containers[0].command) continue;
    const env = environmentOf(pod, manifests);
    const signs = signsBy(pod.spec.containers[0].args);
    const read = readConfig(env, folder, { signs });
    if (!signs && env.ECE_KEYS_PASSPHRASE !== undefined)
      problems.push(`${manifest.metadata.name} has the passphrase of the keys`);
    const mounts = (pod.spec.containers[0].volumeMounts ?? []).map((mount: Manifest) => mount.mountPath);
    for (const [name, value] of Object.entries(env)) {
      const authority = /\bsslrootcert=([^&]+)/.exec(value)?.[1];
      if (authority && !mounts.includes(dirname(authority)))
        problems.push(`${manifest.metadata.name} has no ${authority}, which ${name} names`);
    }
    count += Object.keys(env).length;
    if (!read.ok) problems.push(...read.failures.map((failure) => `${manifest.metadata.name}: ${failure}`));
  }
  rmSync(folder, { recursive: true });
  expectNone(problems);
  return `${count} variables`;
}

/** Which roles a role calls, by the code. */
function callsOf(role: RoleName): string[] {
  if (role === 'gateway') return roleNames.filter((other) => other !== 'gateway');
  if (role === 'web') return ['gateway'];
  return services.find(({ name }) => name === role)?.needs ?? [];
}

const nameOf = (role: string) => ({ 'app.kubernetes.io/name': `ece-${role}` });
const isPeer = (peer: Manifest, role: string) =>
  peer.podSelector?.matchLabels?.['app.kubernetes.io/name'] === nameOf(role)['app.kubernetes.io/name'];

/** Compares the network policies with what the code calls, for every pair of roles. */
function network(manifests: Manifest[]): string {
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  const policyOf = (role: string) =>
    policies.find(({ spec }) => spec.podSelector.matchLabels?.['app.kubernetes.io/name'] === `ece-${role}`);
  const problems: string[] = [];
  const deny = policies.find(({ metadata }) => metadata.name === 'ece-default-deny');
  if (deny?.spec.policyTypes.length !== 2 || deny.spec.ingress || deny.spec.egress) {
    problems.push('nothing denies everything');
  }
  for (const caller of roleNames) {
    for (const called of roleNames) {
      const should = callsOf(caller).includes(called);
      const out = policyOf(caller)?.spec.egress.some((rule: Manifest) =>
        rule.to.some((peer: Manifest) => isPeer(peer, called)),
      );
      const into = policyOf(called)?.spec.ingress.some((rule: Manifest) =>
        rule.from.some((peer: Manifest) => isPeer(peer, caller)),
      );
      if (out !== should) problems.push(`${caller} may ${out ? '' : 'not '}send to ${called}`);
      if (into !== should) problems.push(`${called} does ${into ? '' : 'not '}hear ${caller}`);
    }
  }
  expectNone(problems);
  return `${roleNames.length ** 2} pairs`;
}

function secrets(manifests: Manifest[]): void {
  const secret = new Set(
    Object.values(fields).flatMap((field) => (field.secret ? [field.env as string] : [])),
  );
  const problems = manifests
    .filter(({ kind }) => kind === 'Secret')
    .map(({ metadata }) => `a Secret is written out: ${metadata.name}`);
  for (const { manifest, pod } of podsOf(manifests)) {
    for (const { name, value } of pod.spec.containers[0].env ?? []) {
      // `$(NAME)` is put in where the pod runs, from a Secret.
      if (secret.has(name) && value !== undefined && !/\$\(\w+\)/.test(value)) {
        problems.push(`${manifest.metadata.name} has ${name} written out`);
      }
    }
  }
  expectNone(problems);
}

/** Whether workload, service, account, scaling and budget of a role name each other. */
function roleProblems(role: RoleName, manifests: Manifest[]): string[] {
  const of = (kind: string) =>
    manifests.filter(({ kind: its, metadata }) => its === kind && metadata.name === `ece-${role}`);
  const [workload] = WORKLOADS.flatMap(of);
  if (!workload) return [`${role} does not run`];
  const problems: string[] = [];
  const { template } = workload.spec;
  const { args } = template.spec.containers[0];
  if (args.join(' ') !== `serve --roles ${role}`) problems.push(`${role} is started by ${args.join(' ')}`);
  const matches = (selector: Record<string, string>) =>
    Object.entries(selector).every(([key, value]) => template.metadata.labels[key] === value);
  if (!matches(workload.spec.selector.matchLabels)) problems.push(`${role} does not find its own pods`);
  if (!of('Service')[0] || !matches(of('Service')[0]!.spec.selector)) problems.push(`${role} has no service`);
  if (!of('ServiceAccount')[0]) problems.push(`${role} has no account`);
  const [scaler] = of('HorizontalPodAutoscaler');
  const target = scaler?.spec.scaleTargetRef;
  if (target && (target.kind !== workload.kind || target.name !== workload.metadata.name)) {
    problems.push(`${role} is not what its scaler scales`);
  }
  if (scaler && workload.spec.replicas !== undefined) problems.push(`${role} has replicas beside its scaler`);
  const [budget] = of('PodDisruptionBudget');
  if (budget && !matches(budget.spec.selector.matchLabels)) problems.push(`${role} has a budget of others`);
  if ((scaler?.spec.minReplicas ?? 1) > 1 && !budget) problems.push(`${role} has no budget`);
  const keys = (template.spec.volumes ?? []).some((volume: Manifest) => volume.name === 'keys');
  if (keys !== ['wallet', 'nfts'].includes(role)) problems.push(`${role} has ${keys ? '' : 'not '}the keys`);
  return problems;
}
