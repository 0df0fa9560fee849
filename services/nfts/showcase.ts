import { ok, type Result, refuse } from '@ece/contract';
import type { Sql, Tx } from '@ece/platform/db/database';
import { readCopies } from '@ece/vault';

/** The ids of an account's copies among some, in their order: those that it still owns. */
async function owned(sql: Sql, accountId: string, copyIds: string[]): Promise<string[]> {
  const mine = (await readCopies(sql, copyIds)).filter((copy) => copy.ownerId === accountId);
  const ids = new Set(mine.map(({ id }) => id));
  return copyIds.filter((id) => ids.has(id));
}

/** The ids of the copies that an account shows and still owns, in its order. */
export async function readShowcase(sql: Sql, accountId: string): Promise<string[]> {
  const [row] = await sql<{ copyIds: string[] }[]>`
    select copy_ids as "copyIds" from nfts.showcases where account_id = ${accountId}`;
  return row ? await owned(sql, accountId, row.copyIds) : [];
}

/** Chooses what an account shows, in this order; none for nothing. Refusal: `copy_not_owned`. */
export async function chooseShowcase(
  tx: Tx,
  accountId: string,
  copyIds: string[],
): Promise<Result<string[]>> {
  if ((await owned(tx, accountId, copyIds)).length < copyIds.length) return refuse('copy_not_owned');
  await tx`
    insert into nfts.showcases (account_id, copy_ids) values (${accountId}, ${copyIds}::uuid[])
    on conflict (account_id) do update set copy_ids = excluded.copy_ids`;
  return ok(copyIds);
}
