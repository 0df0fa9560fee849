import { api } from '../../../data/server.ts';
import { getT } from '../../../i18n/server.ts';
import { staff } from '../staff.ts';
import { HaltForm } from './halt-form.tsx';
import { HaltHistory } from './halt-history.tsx';
import { InForce } from './in-force.tsx';

/** Halts of trading: those in force, a new one, and those that are over. */
export default async function HaltsPage() {
  const me = await staff('/operator/halts', 'moderator');
  const isAdmin = me.role === 'admin';
  const [ece, t] = await Promise.all([api(), getT()]);
  const [{ halts }, history, sets] = await Promise.all([
    ece.admin.status(),
    ece.admin.halts({ limit: 20 }),
    ece.nfts.listSets({ limit: 100 }),
  ]);
  return (
    <>
      <h1>{t('operator.halts')}</h1>
      <section className="stack operator-narrow">
        <h2>{t('operator.inForce')}</h2>
        <InForce halts={halts} isAdmin={isAdmin} />
      </section>
      {isAdmin && <HaltForm sets={sets.items.map(({ code, name }) => ({ code, name }))} />}
      <section className="stack">
        <h2>{t('operator.history')}</h2>
        <HaltHistory first={history} />
      </section>
    </>
  );
}
