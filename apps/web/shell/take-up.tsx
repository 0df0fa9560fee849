'use client';

import { useEffect } from 'react';

/** The root of the page, with the button that was pressed before its scripts ran (`late-scripts.ts`). */
type Root = HTMLElement & { pressedEarly?: HTMLButtonElement };

/**
 * Takes up what somebody did before the page could answer: words that were typed are told to the fields' owners, and
 * the button that was pressed last is pressed again. Marks the page as ready.
 */
export function TakeUp() {
  useEffect(() => {
    const root: Root = document.documentElement;
    for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
      'input, textarea',
    )) {
      if (isTyped(field) && field.value !== field.defaultValue) tell(field);
    }
    root.dataset.ready = '';
    const { pressedEarly } = root;
    delete root.pressedEarly;
    if (pressedEarly?.isConnected) pressedEarly.click();
  }, []);
  return null;
}

const NOT_TYPED = new Set(['checkbox', 'radio', 'file', 'hidden', 'range', 'submit']);

function isTyped(field: HTMLInputElement | HTMLTextAreaElement): boolean {
  return !NOT_TYPED.has(field.type);
}

/** React hears of an input only where the value differs from the one that it has seen last. */
function tell(field: HTMLInputElement | HTMLTextAreaElement): void {
  const typed = field.value;
  field.value = field.defaultValue;
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')!.set!.call(field, typed);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
