'use client';

import { useEffect } from 'react';
import { isLive } from './is-live.ts';

type Entry = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Milliseconds between two looks whether a field can answer. */
const AGAIN_MS = 30;

/**
 * Takes up what somebody did before the page could answer: what was typed or chosen is told to the fields' owners.
 * Marks the page as ready; what was pressed is taken up by `late-scripts.ts`.
 */
export function TakeUp() {
  useEffect(() => {
    document.documentElement.dataset.ready = '';
    for (const field of document.querySelectorAll<Entry>('input, textarea, select')) {
      if (isChanged(field)) tellWhenLive(field);
    }
  }, []);
  return null;
}

const NOT_TYPED = new Set(['checkbox', 'radio', 'file', 'hidden', 'range', 'submit']);

function isChanged(field: Entry): boolean {
  if (field instanceof HTMLSelectElement) return field.value !== firstValue(field);
  return !NOT_TYPED.has(field.type) && field.value !== field.defaultValue;
}

const firstValue = ({ options }: HTMLSelectElement) =>
  ([...options].find(({ defaultSelected }) => defaultSelected) ?? options[0])?.value;

function tellWhenLive(field: Entry): void {
  if (!field.isConnected) return;
  if (!isLive(field)) {
    setTimeout(tellWhenLive, AGAIN_MS, field);
    return;
  }
  if (field instanceof HTMLSelectElement) {
    field.dispatchEvent(new Event('change', { bubbles: true }));
    return;
  }
  // React hears of an input only where the value differs from the one that it has seen last.
  const typed = field.value;
  field.value = field.defaultValue;
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')!.set!.call(field, typed);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
