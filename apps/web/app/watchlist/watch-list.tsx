import type { Ece } from '@ece/sdk/browser';
import { useToast } from '@ece/ui/toast';
import { type ReactNode, useState } from 'react';
import { useCall } from '../../data/use-call.ts';
import { type ListPage, More } from '../../parts/more.tsx';

interface WatchListProps<T> {
  first: ListPage<T>;
  load(ece: Ece, cursor: string): Promise<ListPage<T>>;
  children(item: T, onGone: () => void): ReactNode;
}

/** A growing list from which things can be taken off. */
export function WatchList<T extends { id: string }>({ first, load, children }: WatchListProps<T>) {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  return (
    <More first={first} load={load}>
      {(items) => (
        <ul className="watches">
          {items
            .filter(({ id }) => !gone.has(id))
            .map((item) => children(item, () => setGone((ids) => new Set([...ids, item.id]))))}
        </ul>
      )}
    </More>
  );
}

/**
 * Takes something off the watchlist and says so.
 * @param remove gives the id of what is gone
 */
export function useRemoval(
  remove: (ece: Ece, id: string) => Promise<string>,
  id: string,
  said: string,
  onGone: () => void,
) {
  const toast = useToast();
  const { run, busy, error } = useCall(remove);
  const onRemove = async () => {
    if (!(await run(id))) return;
    onGone();
    toast({ tone: 'good', text: said });
  };
  return { busy, error, onRemove: () => void onRemove() };
}
