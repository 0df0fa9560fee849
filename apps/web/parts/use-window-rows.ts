import { observeWindowOffset, useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { useEffect } from 'react';

interface WindowRows {
  count: number;
  /** Height of each row with the gap below it, in pixels. */
  row: number;
  /** Where the first row begins on the page, in pixels. */
  top: number;
  /** Rows that are drawn beyond the window. */
  beyond: number;
  /** Where the window will be as soon as the rows are there, when it is known before that. */
  startAt?: number | undefined;
}

/** Tells where the window is as soon as somebody listens: it may have been scrolled since the page was drawn. */
const observeElementOffset: typeof observeWindowOffset = (virtualizer, tell) => {
  const stop = observeWindowOffset(virtualizer, tell);
  tell(scrollY, false);
  return stop;
};

// By itself the library would scroll to where the window was when the list was first drawn.
const scrollToFn = () => {};

/** The rows of a long list of equally high ones that are in the window, or near it. */
export function useWindowRows({ count, row, top, beyond, startAt }: WindowRows): VirtualItem[] {
  const virtual = useWindowVirtualizer({
    ...{ count, estimateSize: () => row, overscan: beyond, scrollMargin: top },
    ...{ observeElementOffset, scrollToFn },
    ...(startAt !== undefined && {
      initialOffset: startAt,
      initialRect: { width: innerWidth, height: innerHeight },
    }),
  });
  useEffect(() => virtual.measure(), [virtual, row]);
  return virtual.getVirtualItems();
}
