export const VIEWS = ['received', 'sent', 'all'] as const;

/** Which negotiations a list shows. */
export type View = (typeof VIEWS)[number];

/** Whether a part of an address names a view. */
export function isView(text: unknown): text is View {
  return VIEWS.some((view) => view === text);
}

/** What the exchange is asked for. */
export function filterOf(view: View): { direction?: 'received' | 'sent'; state?: 'open' } {
  return view === 'all' ? {} : { direction: view, state: 'open' };
}
