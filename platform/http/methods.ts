import type { FastifyInstance } from 'fastify';
import { INTERNAL } from './remote.ts';

/**
 * Remembers the routes that an app gets from here on, so that an address that is asked by a wrong method can be told
 * from one that does not exist (RFC 9110, 15.5.6).
 * @returns a function that gives the methods an address takes, none where there is no such address
 */
export function methodsOf(app: FastifyInstance): (url: string) => string[] {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ method, url }) => {
    // What takes everything under it says nothing about one address, and calls of processes are nobody else's.
    if (url.includes('*') || url.startsWith(INTERNAL)) return;
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const each of [method].flat()) route.methods.add(each);
    routes.set(url, route);
  });
  return (url) => {
    const path = url.split('?', 1)[0]!;
    const found = [...routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
  };
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)));
  return new RegExp(`^${parts.join('/')}$`);
}
