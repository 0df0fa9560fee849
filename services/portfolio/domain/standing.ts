import { type SerialClass, withPremium } from './serials.ts';

/** Copies of one card and kind of serial that an account has got, or (below 0) has no more, and what they cost. */
export interface Change {
  accountId: string;
  cardId: string;
  serial: SerialClass;
  copies: number;
  /** Micro-USDC, below 0 where they are gone; what nobody knows is 0. */
  cost: bigint;
}

/** What an account held at the end of a day. Money in micro-USDC. */
export interface AccountDay {
  accountId: string;
  value: bigint;
  cost: bigint;
  copies: number;
}

/** Cards' values, and the factor of each kind of serial in ten-thousandths. */
export interface Worth {
  values: ReadonlyMap<string, bigint>;
  basisPoints: Readonly<Record<SerialClass, number>>;
}

interface Account {
  accountId: string;
  cost: bigint;
  copies: number;
  /** Copies by kind: a card and a kind of serial, by its place in the list of kinds. */
  held: Map<number, number>;
}

/**
 * What everybody holds, changed move by move, so that the end of a day costs one look at each card and one
 * multiplication for each card that an account holds, and nothing of the past is read again.
 */
export class Standing {
  readonly #accounts = new Map<string, Account>();
  readonly #kinds: { cardId: string; serial: SerialClass }[] = [];
  readonly #kindOf = new Map<string, Map<SerialClass, number>>();

  apply({ accountId, cardId, serial, copies, cost }: Change): void {
    let account = this.#accounts.get(accountId);
    if (!account) {
      account = { accountId, cost: 0n, copies: 0, held: new Map() };
      this.#accounts.set(accountId, account);
    }
    account.cost += cost;
    account.copies += copies;
    const kind = this.#kind(cardId, serial);
    const left = (account.held.get(kind) ?? 0) + copies;
    // Within a day what is gone may be told before it has come, so below 0 is kept, too.
    if (left === 0) account.held.delete(kind);
    else account.held.set(kind, left);
  }

  /** What each account holds, valued: each copy as `withPremium` has it. Who holds nothing is left out. */
  valued(worth: Worth): AccountDay[] {
    const units = this.#unitsOf(worth);
    const days: AccountDay[] = [];
    for (const { accountId, cost, copies, held } of this.#accounts.values()) {
      if (copies > 0) days.push({ accountId, value: this.#sumOf(held, units, worth), cost, copies });
    }
    return days;
  }

  /** What one copy of each kind is worth. */
  #unitsOf({ values, basisPoints }: Worth): Float64Array {
    const units = new Float64Array(this.#kinds.length);
    for (const [kind, { cardId, serial }] of this.#kinds.entries()) {
      const value = values.get(cardId) ?? 0n;
      const factor = basisPoints[serial];
      const product = Number(value) * factor;
      units[kind] =
        product <= Number.MAX_SAFE_INTEGER
          ? (product - (product % 10_000)) / 10_000
          : Number(withPremium(value, factor));
    }
    return units;
  }

  /**
   * Floating point is exact for whole numbers up to 2⁵³ and many times faster than `bigint`: a sum of positive
   * numbers that stays below it was exact all the way.
   */
  #sumOf(held: Map<number, number>, units: Float64Array, { values, basisPoints }: Worth): bigint {
    let sum = 0;
    for (const [kind, copies] of held) sum += units[kind]! * copies;
    if (sum <= Number.MAX_SAFE_INTEGER) return BigInt(sum);
    let exact = 0n;
    for (const [kind, copies] of held) {
      const { cardId, serial } = this.#kinds[kind]!;
      exact += withPremium(values.get(cardId) ?? 0n, basisPoints[serial]) * BigInt(copies);
    }
    return exact;
  }

  #kind(cardId: string, serial: SerialClass): number {
    let ofCard = this.#kindOf.get(cardId);
    if (!ofCard) {
      ofCard = new Map();
      this.#kindOf.set(cardId, ofCard);
    }
    let kind = ofCard.get(serial);
    if (kind === undefined) {
      kind = this.#kinds.push({ cardId, serial }) - 1;
      ofCard.set(serial, kind);
    }
    return kind;
  }
}
