import type { ReactNode } from 'react';
import { MessagesProvider } from './client.tsx';
import { pickMessages } from './server.ts';
import type { Namespace } from './translate.ts';

/** Gives components in the browser the messages of some namespaces; a page gives only what it needs. */
export async function Words({ of, children }: { of: readonly Namespace[]; children: ReactNode }) {
  return <MessagesProvider messages={await pickMessages(of)}>{children}</MessagesProvider>;
}
