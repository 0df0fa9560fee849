/** Amounts are micro-USDC, times virtual Unix milliseconds. Things are named by the action that made them. */
export type Deed =
  | { kind: 'deposit'; amount: bigint }
  | { kind: 'withdraw'; amount: bigint }
  | { kind: 'list'; copyId: string; price: bigint }
  | { kind: 'cancelListing'; id: string }
  | { kind: 'purchase'; id: string; seen: bigint }
  | {
      kind: 'auction';
      copyIds: string[];
      start: bigint;
      reserve: bigint | null;
      buyNow: bigint | null;
      startsAt: number;
      endsAt: number;
      softClose: { window: number; extension: number };
    }
  | { kind: 'cancelAuction'; id: string }
  | { kind: 'bid'; id: string; maximum: bigint }
  | { kind: 'buyNow'; id: string; seen: bigint }
  | {
      kind: 'offer';
      copyId: string | null;
      cardId: string | null;
      setId: string | null;
      serialTo: number | null;
      amount: bigint;
      expiresAt: number;
    }
  | { kind: 'acceptOffer'; id: string; copyId: string; seen: bigint }
  | { kind: 'declineOffer' | 'withdrawOffer'; id: string }
  | ({ kind: 'trade'; to: string } & TradeDeed)
  | ({ kind: 'counter'; id: string } & TradeDeed)
  | { kind: 'acceptTrade' | 'declineTrade' | 'withdrawTrade'; id: string };

/** What a trade offer consists of, from its sender's side. */
export interface TradeDeed {
  give: { copyIds: string[]; cash: bigint };
  receive: { copyIds: string[]; cash: bigint };
  expiresAt: number;
}

/** What somebody sends to the exchange. */
export interface Action {
  /** Names it, and what it makes. */
  n: number;
  at: number;
  who: string;
  /** The same key with the same deed has one effect. */
  key: string;
  deed: Deed;
}

/** The name of what an action makes. */
export function nameOf(n: number): string {
  return `#${n}`;
}

/** An amount in words. */
const usdc = (amount: bigint) => `${Number(amount) / 1e6}`;

/** An action as a line of a story. */
export function tell({ n, at, who, deed }: Action, start: number): string {
  const details = Object.entries(deed)
    .filter(([name]) => name !== 'kind')
    .map(([name, value]) => `${name} ${inWords(name, value, start)}`);
  return `${((at - start) / 1000).toFixed(3).padStart(10)} s  ${nameOf(n)} ${who}: ${deed.kind} ${details.join(', ')}`;
}

function inWords(name: string, value: unknown, start: number): string {
  if (typeof value === 'bigint') return usdc(value);
  if (typeof value === 'number' && name.endsWith('At')) return `${(value - start) / 1000} s`;
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? usdc(inner) : inner)) ?? 'nothing';
}
