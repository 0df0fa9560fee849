export const VIEWS = ['bought', 'sold', 'bids', 'returned'] as const;

/** What the page of orders shows. */
export type View = (typeof VIEWS)[number];

/** Whether a part of an address names a view. */
export function isView(text: unknown): text is View {
  return VIEWS.some((view) => view === text);
}
