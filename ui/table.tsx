import type { ReactNode } from 'react';

interface TableProps {
  /** What the table shows, for those who do not see it. */
  caption: string;
  head: { key: string; label: ReactNode; end?: boolean }[];
  /** The rows, as `<tr>`. */
  children: ReactNode;
}

/** A table that scrolls by itself where it is too wide. */
export function Table({ caption, head, children }: TableProps) {
  return (
    <section className="table-frame" aria-label={caption} tabIndex={0}>
      <table className="table">
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
