'use client';

import { type ReactNode, useId, useState } from 'react';

interface TooltipProps {
  text: ReactNode;
  /** A control that can be focused; it is given the id of the words that describe it. */
  children(describedBy: string): ReactNode;
}

/** A few words about a control, on hover and on focus. Escape hides them; they stay while pointed at. */
export function Tooltip({ text, children }: TooltipProps) {
  const id = useId();
  const [hidden, setHidden] = useState(false);
  return (
    <span
      className="tooltip-frame"
      data-hidden={hidden || undefined}
      onPointerEnter={() => setHidden(false)}
      onFocus={() => setHidden(false)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setHidden(true);
      }}
    >
      {children(id)}
      <span className="tooltip" role="tooltip" id={id}>
        {text}
      </span>
    </span>
  );
}
