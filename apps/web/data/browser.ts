'use client';

import { clientOf, type Ece } from '@ece/sdk/browser';
import { calls } from '../settings.ts';

let client: Ece | undefined;

/** The API, called from the page: the session cookie says who calls, and the browser says from where. */
export function browserApi(): Ece {
  client ??= clientOf(calls(), { url: location.origin });
  return client;
}
