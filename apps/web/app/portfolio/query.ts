export const RANGES = ['7d', '30d', '90d', '1y', 'all'] as const;
export const SORTS = ['value', 'gain', 'newest'] as const;

/** What the portfolio shows, as its address says. */
export interface PortfolioQuery {
  range: (typeof RANGES)[number];
  sort: (typeof SORTS)[number];
  setId?: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads an address's query; what makes no sense in it is left out. */
export function readQuery(params: Record<string, string | string[] | undefined>): PortfolioQuery {
  const { range, sort, set } = params;
  return {
    range: RANGES.find((each) => each === range) ?? '30d',
    sort: SORTS.find((each) => each === sort) ?? 'value',
    ...(typeof set === 'string' && UUID.test(set) && { setId: set }),
  };
}

/** The address of a query. */
export function addressOf({ range, sort, setId }: PortfolioQuery): string {
  const params = new URLSearchParams({
    ...(range !== '30d' && { range }),
    ...(sort !== 'value' && { sort }),
    ...(setId && { set: setId }),
  });
  return params.size > 0 ? `/portfolio?${params}` : '/portfolio';
}
