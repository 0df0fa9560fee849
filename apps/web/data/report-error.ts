import { release } from '../settings.ts';
import { lastTrace } from './new-trace.ts';

/** Different errors that a page tells; more of them say nothing new. */
const MOST = 5;
const told = new Set<string>();

/**
 * Tells the exchange of an error that nothing on the page has caught, each once; it is an error of ours, and people cannot
 * know that they should tell. What is sent has no more of the address than which kind of page it is.
 */
export function tellError(error: unknown): void {
  if (!(error instanceof Error) || error.name === 'AbortError') return;
  const { name, message, stack = '' } = error;
  const key = `${name} ${message}`;
  if (told.has(key) || told.size === MOST) return;
  told.add(key);
  const page = /^\/[a-z-]{0,30}/.exec(location.pathname)![0];
  const body = {
    type: name,
    message: message.slice(0, 300),
    stack: stack.slice(0, 4000),
    page,
    release: release(),
  };
  // It goes out also when the page is being left. Where it cannot, there is nobody to tell.
  fetch('/browser-errors', {
    method: 'POST',
    keepalive: true,
    headers: { 'content-type': 'application/json', traceparent: lastTrace() },
    body: JSON.stringify(body),
  }).catch(() => {});
}
