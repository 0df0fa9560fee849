import type { Rarity } from '@ece/ui/card';

export const RARITIES = ['common', 'uncommon', 'rare', 'epic', 'legendary', 'mythic'] as const;

/** What the list of cards is narrowed to. */
export interface ExploreQuery {
  setId?: string;
  rarity?: Rarity;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads an address's query; what makes no sense in it is left out. */
export function readQuery(params: Record<string, string | string[] | undefined>): ExploreQuery {
  const { set, rarity } = params;
  const known = RARITIES.find((each) => each === rarity);
  return {
    ...(typeof set === 'string' && UUID.test(set) && { setId: set }),
    ...(known && { rarity: known }),
  };
}

/** The address of a query. */
export function addressOf({ setId, rarity }: ExploreQuery): string {
  const params = new URLSearchParams({ ...(setId && { set: setId }), ...(rarity && { rarity }) });
  return params.size > 0 ? `/explore?${params}` : '/explore';
}
