import { Readable } from 'node:stream';
import { formatMoney } from '@ece/contract';
import type { CopySummary } from '@ece/nfts';
import type { PortfolioContext } from './api.ts';
import { csvLine } from './domain/csv.ts';
import { type GainPosition, holdingsByCopy, listGains } from './holdings-store.ts';
import { known } from './present.ts';

/** Rows that are read at once: a table is never in memory as a whole. */
const ROWS = 1_000;

const COPY = ['copy_id', 'set', 'card', 'rarity', 'serial', 'edition_size'];
const HOLDINGS = [
  ...COPY,
  ...[
    'acquired_at',
    'acquired_by',
    'cost_usdc',
    'value_usdc',
    'low_usdc',
    'high_usdc',
    'confidence',
    'method',
  ],
  ...['sales', 'gain_usdc'],
];
const GAINS = [
  ...COPY,
  ...['acquired_at', 'acquired_by', 'cost_usdc', 'ended_at', 'ended_by', 'proceeds_usdc', 'gain_usdc'],
];

/** A table of what somebody holds, or of what they sold and traded away, as it is read from the database. */
export function exportTable(
  context: PortfolioContext,
  accountId: string,
  kind: 'holdings' | 'gains',
): Readable {
  return Readable.from(kind === 'gains' ? gains(context, accountId) : holdings(context, accountId), {
    objectMode: false,
  });
}

const copyCells = (copy: CopySummary) => [
  copy.id,
  copy.setCode,
  copy.name,
  copy.rarity,
  copy.serial,
  copy.editionSize,
];

const money = (amount: bigint | null) => (amount === null ? null : formatMoney(amount));

async function* holdings({ db, nfts }: PortfolioContext, accountId: string): AsyncGenerator<string> {
  yield csvLine(HOLDINGS);
  let after: string | undefined;
  do {
    const rows = await holdingsByCopy(db, accountId, after, ROWS);
    const summaries = await nfts.summaries(rows.map((row) => row.copyId));
    const lines = rows.map((row) =>
      csvLine([
        ...copyCells(known(summaries, row.copyId)),
        ...[row.heldFrom.toISOString(), row.acquiredBy, money(row.cost)],
        ...[money(row.value), money(row.low), money(row.high), row.confidence, row.method, row.sales],
        money(row.gain),
      ]),
    );
    yield lines.join('');
    after = rows.length === ROWS ? rows.at(-1)!.copyId : undefined;
  } while (after);
}

async function* gains({ db, nfts }: PortfolioContext, accountId: string): AsyncGenerator<string> {
  yield csvLine(GAINS);
  let before: GainPosition | undefined;
  do {
    const rows = await listGains(db, accountId, before, ROWS);
    const summaries = await nfts.summaries([...new Set(rows.map((row) => row.copyId))]);
    const lines = rows.map((row) =>
      csvLine([
        ...copyCells(known(summaries, row.copyId)),
        ...[row.heldFrom.toISOString(), row.acquiredBy, money(row.cost)],
        ...[row.heldTo.toISOString(), row.endedBy, money(row.proceeds), money(row.realised)],
      ]),
    );
    yield lines.join('');
    before = rows.length === ROWS ? rows.at(-1)! : undefined;
  } while (before);
}
