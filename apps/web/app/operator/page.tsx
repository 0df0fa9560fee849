import { StatePill } from '@ece/ui/badge';
import { CheckIcon } from '@ece/ui/icons';
import { Table } from '@ece/ui/table';
import { RelativeTime } from '@ece/ui/time';
import { redirect } from 'next/navigation';
import { api } from '../../data/server.ts';
import type { Health } from '../../data/types.ts';
import { getLanguage, getT } from '../../i18n/server.ts';
import type { Translate } from '../../i18n/translate.ts';
import { RefreshEvery } from '../../live/refresh-every.tsx';
import { staff } from './staff.ts';
import { HealthTile } from './tile.tsx';
import { processName, type Trouble, troublesOf } from './verdict.ts';

const EVERY_SECONDS = 5;

/** How the exchange is, at a glance and in detail. */
export default async function HealthPage() {
  const me = await staff('/operator', 'moderator');
  if (me.role !== 'admin') redirect('/operator/halts');
  const [ece, t] = await Promise.all([api(), getT()]);
  const health = await ece.admin.health();
  return (
    <>
      <RefreshEvery seconds={EVERY_SECONDS} />
      <div className="spread">
        <h1>{t('operator.health')}</h1>
        <p className="small soft">{t('operator.live')}</p>
      </div>
      <Verdict t={t} troubles={troublesOf(health)} />
      <Glance t={t} health={health} />
      <Invariants t={t} checks={health.invariants} />
      <Processes t={t} processes={health.processes} />
      <div className="operator-columns">
        <Consumers t={t} consumers={health.consumers} />
        <Jobs t={t} jobs={health.jobs} />
      </div>
    </>
  );
}

function Verdict({ t, troubles }: { t: Translate; troubles: Trouble[] }) {
  if (troubles.length === 0) {
    return (
      <section className="verdict verdict-well">
        <CheckIcon />
        <div>
          <h2>{t('operator.well')}</h2>
          <p>{t('operator.wellText')}</p>
        </div>
      </section>
    );
  }
  const say = ({ kind, values }: Trouble) =>
    t(
      `operator.problem_${kind}`,
      kind === 'halted' ? { what: values.what || t('operator.everything') } : values,
    );
  return (
    <section className="verdict verdict-bad">
      <div className="stack-s">
        <h2>{t('operator.problems', { count: troubles.length })}</h2>
        <ul className="stack-s">
          {troubles.map((trouble) => (
            <li key={say(trouble)}>{say(trouble)}</li>
          ))}
        </ul>
      </div>
    </section>
  );
}

async function Glance({ t, health }: { t: Translate; health: Health }) {
  const number = new Intl.NumberFormat(await getLanguage(), { maximumFractionDigits: 1 });
  const size = new Intl.NumberFormat(await getLanguage(), {
    ...{ style: 'unit', unit: 'megabyte', unitDisplay: 'short', maximumFractionDigits: 0 },
  });
  const { processes, database, chain, consumers, invariants, findings, frozen } = health;
  const alive = processes.filter((each) => each.alive).length;
  const late = Math.max(0, ...consumers.map(({ seconds }) => seconds));
  return (
    <dl className="glance">
      <HealthTile
        label={t('operator.invariants')}
        figure={findings === 0 ? t('operator.noFindings') : t('operator.findings', { count: findings })}
        bad={findings > 0}
      >
        {t('operator.invariantsText', { count: invariants.length })}
      </HealthTile>
      <HealthTile
        label={t('operator.processes')}
        figure={number.format(alive)}
        bad={alive < processes.length}
      >
        {t('operator.ofProcesses', { alive, all: processes.length })}
      </HealthTile>
      <HealthTile label={t('operator.database')} figure={size.format(database.bytes / 1e6)}>
        {t('operator.databaseText', { count: database.connections })} ·{' '}
        {t('operator.ms', { count: Math.ceil(database.milliseconds) })}
      </HealthTile>
      <HealthTile label={t('operator.chain')} figure={number.format(chain.pending)}>
        {chain.pending === 0
          ? t('operator.chainQuiet')
          : t('operator.chainPending', { count: chain.pending })}
      </HealthTile>
      <HealthTile
        label={t('operator.events')}
        figure={t('operator.seconds', { count: Number(late.toFixed(1)) })}
      >
        {t('operator.eventsText')}
      </HealthTile>
      <HealthTile label={t('operator.frozen')} figure={number.format(frozen)}>
        {t('operator.frozenText')}
      </HealthTile>
    </dl>
  );
}

function Invariants({ t, checks }: { t: Translate; checks: Health['invariants'] }) {
  const order = checks.toSorted(
    (a, b) =>
      Number(b.findings > 0 || b.failed) - Number(a.findings > 0 || a.failed) ||
      a.invariant.localeCompare(b.invariant, 'en', { numeric: true }),
  );
  return (
    <section className="stack">
      <h2>{t('operator.invariants')}</h2>
      {checks.length === 0 && <p className="soft">{t('operator.noChecks')}</p>}
      {checks.length > 0 && (
        <Table
          blocks
          caption={t('operator.invariants')}
          head={[
            { key: 'invariant', label: t('operator.invariant') },
            { key: 'check', label: t('operator.check') },
            { key: 'state', label: t('operator.state') },
            { key: 'checked', label: t('operator.checked'), end: true },
            { key: 'took', label: t('operator.took'), end: true },
            { key: 'when', label: t('operator.when'), end: true },
          ]}
        >
          {order.map(({ invariant, title, checked, findings, failed, milliseconds, at }) => (
            <tr key={title}>
              <td>
                <strong>{invariant}</strong>
              </td>
              <td className="operator-wide table-whole">{title}</td>
              <td data-label={t('operator.state')}>
                {findings > 0 ? (
                  <StatePill tone="bad">{t('operator.broken')}</StatePill>
                ) : (
                  <StatePill tone={failed ? 'warn' : 'good'}>
                    {t(failed ? 'operator.notChecked' : 'operator.holds')}
                  </StatePill>
                )}
              </td>
              <td className="end number" data-label={t('operator.checked')}>
                {t('operator.count', { count: checked })}
              </td>
              <td className="end number" data-label={t('operator.took')}>
                {t('operator.ms', { count: Math.ceil(milliseconds) })}
              </td>
              <td className="end" data-label={t('operator.when')}>
                <RelativeTime at={at} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function Processes({ t, processes }: { t: Translate; processes: Health['processes'] }) {
  return (
    <section className="stack">
      <h2>{t('operator.processes')}</h2>
      <Table
        blocks
        caption={t('operator.processes')}
        head={[
          { key: 'name', label: t('operator.processes') },
          { key: 'state', label: t('operator.state') },
          { key: 'roles', label: t('operator.role') },
          { key: 'version', label: t('operator.version') },
          { key: 'started', label: t('operator.started'), end: true },
          { key: 'seen', label: t('operator.seen'), end: true },
        ]}
      >
        {processes.map((each) => (
          <tr key={each.id}>
            <td>
              <strong>{processName(each)}</strong>
            </td>
            <td data-label={t('operator.state')}>
              {each.alive ? (
                <StatePill tone={each.notReady.length > 0 ? 'warn' : 'good'}>
                  {t(each.notReady.length > 0 ? 'operator.waits' : 'operator.alive')}
                </StatePill>
              ) : (
                <StatePill tone="bad">{t('operator.silent')}</StatePill>
              )}
            </td>
            <td className="operator-wide table-whole small soft">{each.roles.join(', ')}</td>
            <td data-label={t('operator.version')}>{each.version}</td>
            <td className="end" data-label={t('operator.started')}>
              <RelativeTime at={each.startedAt} />
            </td>
            <td className="end" data-label={t('operator.seen')}>
              <RelativeTime at={each.seenAt} />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Consumers({ t, consumers }: { t: Translate; consumers: Health['consumers'] }) {
  return (
    <section className="stack">
      <h2>{t('operator.events')}</h2>
      <Table
        caption={t('operator.events')}
        head={[
          { key: 'name', label: t('operator.consumer') },
          { key: 'events', label: t('operator.behind'), end: true },
          { key: 'seconds', label: t('operator.when'), end: true },
        ]}
      >
        {consumers.map(({ name, events, seconds }) => (
          <tr key={name}>
            <td>{name}</td>
            <td className="end number">{t('operator.eventsCount', { count: events })}</td>
            <td className="end number">{t('operator.seconds', { count: Number(seconds.toFixed(1)) })}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Jobs({ t, jobs }: { t: Translate; jobs: Health['jobs'] }) {
  const order = jobs.toSorted(
    (a, b) => Number(b.failing) - Number(a.failing) || a.name.localeCompare(b.name, 'en'),
  );
  return (
    <section className="stack">
      <h2>{t('operator.jobs')}</h2>
      <Table
        blocks
        caption={t('operator.jobs')}
        head={[
          { key: 'name', label: t('operator.job') },
          { key: 'state', label: t('operator.state') },
          { key: 'runs', label: t('operator.runs'), end: true },
          { key: 'failures', label: t('operator.failures'), end: true },
          { key: 'took', label: t('operator.took'), end: true },
        ]}
      >
        {order.map(({ name, runs, failures, failing, milliseconds }) => (
          <tr key={name}>
            <td>{name}</td>
            <td data-label={t('operator.state')}>
              <StatePill tone={failing ? 'bad' : 'good'}>
                {t(failing ? 'operator.fails' : 'operator.fine')}
              </StatePill>
            </td>
            <td className="end number" data-label={t('operator.runs')}>
              {t('operator.count', { count: runs })}
            </td>
            <td className="end number" data-label={t('operator.failures')}>
              {t('operator.count', { count: failures })}
            </td>
            <td className="end number" data-label={t('operator.took')}>
              {t('operator.ms', { count: Math.ceil(milliseconds) })}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
