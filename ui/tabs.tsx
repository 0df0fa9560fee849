'use client';

import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';

interface TabsProps {
  label: string;
  tabs: { value: string; label: ReactNode; content: ReactNode }[];
  initial?: string;
}

/** Where each key leads from a tab, in steps; the ends are named by infinity. */
const KEYS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

/** Views of one thing, one at a time, by the keyboard as WAI-ARIA describes tabs. */
export function Tabs({ label, tabs, initial }: TabsProps) {
  const id = useId();
  const [active, setActive] = useState(initial ?? tabs[0]?.value);
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const step = KEYS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex(({ value }) => value === active);
    const last = tabs.length - 1;
    const next = Number.isFinite(step) ? (at + step + tabs.length) % tabs.length : step > 0 ? last : 0;
    setActive(tabs[next]!.value);
    event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
  };
  const shown = tabs.find(({ value }) => value === active);
  return (
    <div>
      <div className="tabs-list" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ value, label: name }) => (
          <button
            key={value}
            type="button"
            role="tab"
            id={`${id}-${value}`}
            className="tab"
            aria-selected={value === active}
            aria-controls={`${id}-panel`}
            tabIndex={value === active ? 0 : -1}
            onClick={() => setActive(value)}
          >
            {name}
          </button>
        ))}
      </div>
      <div
        className="tab-panel"
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${active}`}
        // Reached by Tab even where nothing in it can be.
        tabIndex={0}
      >
        {shown?.content}
      </div>
    </div>
  );
}
