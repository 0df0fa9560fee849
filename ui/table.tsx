import type { ReactNode } from 'react';

interface TableProps {
  /** What the table shows, for those who do not see it. */
  caption: string;
  head: { key: string; label: ReactNode; end?: boolean }[];
  /** On phones each row is a block of its own, in which cells have the label that their `data-label` says. */
  blocks?: boolean;
  /** The rows, as `<tr>`. */
  children: ReactNode;
}

/** A table that scrolls by itself where it is too wide. */
export function Table({ caption, head, blocks, children }: TableProps) {
  return (
    <section className="table-frame" aria-label={caption} tabIndex={0}>
      <table className={blocks ? 'table table-blocks' : 'table'}>
        <caption className="hidden-text">{caption}</caption>
        <thead>
          <tr>
            {head.map(({ key, label, end }) => (
              <th key={key} scope="col" className={end ? 'end' : undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
