'use client';

import { useEffect } from 'react';
import { tellError } from '../data/report-error.ts';
import { useRetries } from '../data/use-retries.ts';

/** Shown when not even the frame of the pages could be made, so it can rely on nothing. */
export default function GlobalError({ error }: { error: Error }) {
  const again = () => location.reload();
  useEffect(() => tellError(error), [error]);
  useRetries(error, false, again);
  return (
    <html lang="en">
      <body>
        <h1>The exchange does not answer</h1>
        <p>Your money and cards are not affected. This page tries again by itself.</p>
        <button type="button" onClick={again}>
          Try again
        </button>
      </body>
    </html>
  );
}
