import { DAY, nextHour } from './time.ts';

/** The windows of time that figures are given for, in milliseconds; `all` has no beginning. */
export const WINDOWS = { '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY } as const;

export type WindowName = keyof typeof WINDOWS;

export const WINDOW_NAMES = Object.keys(WINDOWS) as WindowName[];

/** A window that ends now: whole hours from `hours` on, and before them a rest of less than an hour. */
export interface OpenWindow {
  name: WindowName;
  from: Date;
  hours: Date;
}

/** The windows that end at a time. */
export function windowsAt(now: Date): OpenWindow[] {
  return WINDOW_NAMES.map((name) => {
    const from = now.getTime() - WINDOWS[name];
    return { name, from: new Date(from), hours: new Date(nextHour(from)) };
  });
}
