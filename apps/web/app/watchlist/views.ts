import type { Watch } from '../../data/types.ts';

export const VIEWS = ['all', 'card', 'copy', 'set', 'auction', 'alerts'] as const;

/** What the watchlist shows. */
export type View = (typeof VIEWS)[number];

/** Whether a part of an address names a view. */
export function isView(text: unknown): text is View {
  return VIEWS.some((view) => view === text);
}

/** The kind of thing that a view is narrowed to. */
export function kindOf(view: View): Watch['kind'] | undefined {
  return view === 'all' || view === 'alerts' ? undefined : view;
}
