'use client';

import { useUi } from '@ece/ui/context';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { type Messages, type Translate, translator } from './translate.ts';

const MessagesContext = createContext<Partial<Messages>>({});

/** Adds messages to those that components in the browser can say. */
export function MessagesProvider({
  messages,
  children,
}: {
  messages: Partial<Messages>;
  children: ReactNode;
}) {
  const outer = useContext(MessagesContext);
  const all = useMemo(() => ({ ...outer, ...messages }), [outer, messages]);
  return <MessagesContext value={all}>{children}</MessagesContext>;
}

/** Says messages in the browser: of the namespaces that a `Words` around it names. */
export function useT(): Translate {
  const messages = useContext(MessagesContext);
  const { locale } = useUi();
  return useMemo(() => translator(messages, locale), [messages, locale]);
}
