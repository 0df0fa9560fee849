'use client';

import { clientOf, type Ece } from '@ece/sdk/browser';
import { calls } from '../settings.ts';
import { newTrace } from './new-trace.ts';

let client: Ece | undefined;

/** The API, called from the page: the session cookie says who calls, and the browser says from where. */
export function browserApi(): Ece {
  client ??= clientOf(calls(), { url: location.origin, headers: () => ({ traceparent: newTrace() }) });
  return client;
}
