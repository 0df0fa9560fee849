import { formatMoney, ok, parseMoney, type Result, refuse } from '@ece/contract';
import { splitPrice } from '@ece/vault';
import type { MarketContext } from './api.ts';
import { toProblem } from './bulk.ts';
import { checkDistinct } from './domain/bulk.ts';
import { checkPrice } from './domain/listing.ts';
import { presentQuote } from './present.ts';

/**
 * What a seller receives for copies at prices, in their order, and for those that have a quote together.
 * @param prices decimal strings of USDC
 * @returns `validation_failed` where a copy is named twice, or where there is not one price for each copy
 */
export async function quoteMany(
  { nfts, feeBasisPoints }: Pick<MarketContext, 'nfts' | 'feeBasisPoints'>,
  copyIds: readonly string[],
  prices: readonly string[],
) {
  if (copyIds.length !== prices.length) {
    return refuse('validation_failed', 'Each copy needs one price.');
  }
  const named = checkDistinct(copyIds);
  if (!named.ok) return named;
  const [summaries, royalties] = await Promise.all([
    nfts.summaries([...copyIds]),
    nfts.royalties([...copyIds]),
  ]);
  const royaltyOf = new Map(royalties.map(({ copyId, basisPoints }) => [copyId, basisPoints]));
  const total = { price: 0n, fee: 0n, royalty: 0n, sellerReceives: 0n };
  const items = copyIds.map((copyId, index) => {
    const price = parseMoney(prices[index]!);
    const priced: Result<void> = summaries[copyId]
      ? checkPrice(price)
      : refuse('not_found', 'There is no such copy.');
    if (!priced.ok) return { copyId, quote: null, problem: toProblem(priced.error) };
    const basisPoints = royaltyOf.get(copyId) ?? 0;
    const split = splitPrice(price, feeBasisPoints, basisPoints);
    for (const part of PARTS) total[part] += split[part];
    return { copyId, quote: presentQuote(price, feeBasisPoints, basisPoints), problem: null };
  });
  return ok({
    items,
    total: {
      price: formatMoney(total.price),
      fee: formatMoney(total.fee),
      royalty: formatMoney(total.royalty),
      sellerReceives: formatMoney(total.sellerReceives),
    },
  });
}

const PARTS = ['price', 'fee', 'royalty', 'sellerReceives'] as const;
