import { transaction } from '@ece/platform/db/database';
import type { ServiceInstance } from '@ece/platform/service';
import type { NftsApi, NftsContext } from './api.ts';
import { importCatalogue } from './catalogue-import.ts';
import { nftsChecks } from './checks.ts';
import { createFacts, factsOfSet } from './facts.ts';
import { importMinted } from './history.ts';
import { nftsJobs } from './jobs.ts';
import { countMints, mintProgress } from './mint-store.ts';
import { mintCopies, registerMinting } from './minting.ts';
import { createMintsOf } from './mints-of.ts';
import { nftsRoutes } from './routes.ts';
import { listCards, readCardRecords, readSetRecords, readSetsByCode } from './store.ts';
import { registerWithdrawals } from './withdrawals.ts';

/** Makes the nfts service. */
export function createNfts(given: NftsContext): ServiceInstance<NftsApi> {
  const { db, metrics } = given;
  const publicUrl = given.publicUrl.replace(/\/+$/, '');
  const context = { ...given, publicUrl, mintsOf: createMintsOf(db) };
  registerMinting(context);
  registerWithdrawals(context);
  metrics.gauge('ece_nfts_mints', 'Copies by the state of their mint', ['state'] as const, async (gauge) => {
    gauge.reset();
    for (const [state, count] of await countMints(db)) gauge.set({ state }, count);
  });
  const facts = createFacts(context);
  return {
    api: {
      ...facts,
      async setByCode(code) {
        const [set] = await readSetsByCode(db, [code]);
        return set && factsOfSet(set);
      },
      sets: (selection) => readSetRecords(db, selection),
      cards: (selection) => readCardRecords(db, selection),
      cardsOfSet: (setId, after, limit) => listCards(db, { setId, after: { setId, number: after } }, limit),
      importCatalogue: (input) => importCatalogue(context, input),
      mint: (input) => transaction(db, (tx) => mintCopies(tx, input)),
      importMinted: (past) => importMinted(context, past),
      mintProgress: () => mintProgress(db),
    },
    routes: (app) => nftsRoutes(app, context, facts),
    jobs: nftsJobs(context),
    checks: nftsChecks(context),
  };
}
