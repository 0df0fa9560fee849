import type { Sql } from '@ece/platform/db/database';
import type { CardAuctions, LiveLot } from './api.ts';

/** The announced and open auctions that copies are in. */
export async function liveLots(sql: Sql, copyIds: string[]): Promise<LiveLot[]> {
  return await sql<LiveLot[]>`
    select a.id as "auctionId", i.copy_id as "copyId", coalesce(a.price, a.starting_price) as price,
      a.ends_at as "endsAt",
      (select count(*)::int from auctions.items o where o.auction_id = a.id) as size
    from auctions.items i join auctions.auctions a on a.id = i.auction_id
    where i.copy_id = any(${copyIds}::uuid[]) and a.state in ('scheduled', 'open')`;
}

/** The announced and open auctions of cards, counted. */
export async function cardAuctions(sql: Sql, cardIds: string[]): Promise<CardAuctions[]> {
  return await sql<CardAuctions[]>`
    select card_id as "cardId", count(*)::int as auctions, min(ends_at) as "firstEndsAt",
      min(price) filter (where size = 1) as lowest
    from (
      select distinct i.card_id, a.id, a.ends_at, coalesce(a.price, a.starting_price) as price,
        (select count(*) from auctions.items o where o.auction_id = a.id) as size
      from auctions.items i join auctions.auctions a on a.id = i.auction_id
      where i.card_id = any(${cardIds}::uuid[]) and a.state in ('scheduled', 'open')
    ) live
    group by card_id`;
}
