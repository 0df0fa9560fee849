/** What the page of activity shows; `mine` only to somebody who is signed in. */
export const VIEWS = ['all', 'sales', 'listings', 'auctions', 'mine'] as const;

export type View = (typeof VIEWS)[number];

/** Whether a part of an address names a view. */
export function isView(text: unknown): text is View {
  return VIEWS.some((view) => view === text);
}
