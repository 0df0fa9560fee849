import { Avatar } from '@ece/ui/avatar';

/** Somebody, by handle. */
export function Person({ handle }: { handle: string }) {
  return (
    <span className="person">
      <Avatar handle={handle} size="small" />
      {handle}
    </span>
  );
}
