import './person.css';
import { Avatar } from '@ece/ui/avatar';
import Link from 'next/link';

/** Somebody, by handle. */
export function Person({ handle }: { handle: string }) {
  return (
    <Link className="person" href={`/people/${handle}`} prefetch={false}>
      <Avatar handle={handle} size="small" />
      {handle}
    </Link>
  );
}
