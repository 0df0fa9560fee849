'use client';

import { useState } from 'react';
import { Button } from './button.tsx';
import { useUi } from './context.tsx';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** A text to be copied whole, such as an address. */
export function CopyText({ text, label }: { text: string; label: string }) {
  const { words } = useUi();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <span className="row">
      <code>{text}</code>
      <Button size="small" aria-label={`${words.copy}: ${label}`} onClick={copy}>
        {copied ? <CheckIcon /> : <CopyIcon />}
        <span aria-live="polite">{copied ? words.copied : words.copy}</span>
      </Button>
    </span>
  );
}
