/** A change of hands as the cost basis sees it. Money in micro-USDC. */
export interface BasisMove {
  copyId: string;
  fromId: string | null;
  toId: string;
  kind: string;
  price: bigint | null;
  fee: bigint | null;
  royalty: bigint | null;
}

/** What is known of a copy's last owner. */
export interface Given {
  /** Null where nobody knows what it cost them. */
  cost: bigint | null;
  /** From whom they had it. */
  fromId: string | null;
}

/** What a move makes of a copy: what it cost its new owner, and what its last owner got for it. */
export interface Outcome {
  copyId: string;
  cost: bigint | null;
  /** Null where it was not given for anything: made, sent to a wallet, brought back. */
  proceeds: bigint | null;
  /** Proceeds less cost; null where either is not known. */
  realised: bigint | null;
}

/** The moves of one transaction, and what they need. */
export interface BasisInput {
  moves: readonly BasisMove[];
  /** The last owner's part of each copy that had one. */
  given: ReadonlyMap<string, Given>;
  /** What each account has gained (positive) or paid in the transaction. */
  cash: ReadonlyMap<string, bigint>;
  /** Recent price of each copy's card, where it has one: shares are in proportion to it. */
  prices: ReadonlyMap<string, bigint>;
}

/** What the moves of one transaction make of its copies; see docs/valuation.md for the rules. */
export function outcomesOf(input: BasisInput): Outcome[] {
  const trades = input.moves.filter((move) => move.kind === 'trade');
  const others = input.moves.filter((move) => move.kind !== 'trade');
  return [...others.map((move) => outcomeOf(move, input.given)), ...tradeOutcomes(trades, input)];
}

function outcomeOf(move: BasisMove, given: ReadonlyMap<string, Given>): Outcome {
  const { copyId, kind } = move;
  const last = given.get(copyId);
  if (kind === 'sale') {
    const proceeds = move.price! - move.fee! - move.royalty!;
    return { copyId, cost: move.price!, ...gainOf(proceeds, last?.cost ?? null) };
  }
  const nothing = { copyId, proceeds: null, realised: null };
  if (kind === 'mint') return { ...nothing, cost: 0n };
  // Outside, a copy keeps what it cost whoever sent it there; who brings it back pays for what they bought.
  if (kind === 'copy_withdrawal') return { ...nothing, cost: last?.cost ?? null };
  return { ...nothing, cost: last?.fromId === move.toId ? last.cost : null };
}

function gainOf(proceeds: bigint, cost: bigint | null): Pick<Outcome, 'proceeds' | 'realised'> {
  return { proceeds, realised: cost === null ? null : proceeds - cost };
}

/**
 * Each side of a trade carries the cost of what it gives over to what it receives, together with the cash
 * that it pays and less the cash that it gets. Cash beyond the cost is a gain, as is all of it where no copy
 * is received.
 */
function tradeOutcomes(moves: readonly BasisMove[], input: BasisInput): Outcome[] {
  const costs = new Map<string, bigint | null>();
  const ends = new Map<string, Pick<Outcome, 'proceeds' | 'realised'>>();
  for (const side of new Set(moves.flatMap((move) => [move.fromId!, move.toId]))) {
    const gives = moves.filter((move) => move.fromId === side).map((move) => move.copyId);
    const receives = moves.filter((move) => move.toId === side).map((move) => move.copyId);
    const cash = input.cash.get(side) ?? 0n;
    const costOf = (id: string) => input.given.get(id)?.cost ?? null;
    const known = gives.every((id) => costOf(id) !== null);
    const carried = gives.reduce((sum, id) => sum + (costOf(id) ?? 0n), 0n) - cash;
    if (receives.length === 0) {
      const proceeds = share(cash < 0n ? 0n : cash, gives, input.prices);
      for (const id of gives) ends.set(id, gainOf(proceeds.get(id)!, costOf(id)));
      continue;
    }
    const basis = share(carried < 0n ? 0n : carried, receives, input.prices);
    for (const id of receives) costs.set(id, known ? basis.get(id)! : null);
    const gains = share(carried < 0n ? -carried : 0n, gives, input.prices);
    for (const id of gives) {
      const cost = costOf(id);
      ends.set(id, gainOf((cost ?? 0n) + (known ? gains.get(id)! : 0n), cost));
    }
  }
  return moves.map(({ copyId }) => ({ copyId, cost: costs.get(copyId) ?? null, ...ends.get(copyId)! }));
}

/**
 * Divides an amount among copies in proportion to their prices; one without a price counts as the mean of
 * the others. The last one gets what rounding down has left, so that the parts add up.
 */
function share(
  amount: bigint,
  ids: readonly string[],
  prices: ReadonlyMap<string, bigint>,
): Map<string, bigint> {
  const known = ids.flatMap((id) => prices.get(id) ?? []);
  const mean = known.length === 0 ? 1n : known.reduce((sum, price) => sum + price, 0n) / BigInt(known.length);
  const weights = ids.map((id) => prices.get(id) ?? mean).map((weight) => (weight > 0n ? weight : 1n));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  const parts = new Map<string, bigint>();
  let left = amount;
  for (const [index, id] of ids.entries()) {
    const part = index === ids.length - 1 ? left : (amount * weights[index]!) / total;
    parts.set(id, part);
    left -= part;
  }
  return parts;
}
