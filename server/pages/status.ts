import type { Resources } from '../resources.ts';
import { escapeHtml, page } from './layout.ts';

interface Numbers {
  people: number;
  cards: number;
  copies: number;
  listings: number;
  auctions: number;
  sales: number;
}

/** The page at `/docs/status`: what this exchange is, how it is, and where to go from here. */
export async function statusPage(resources: Resources, version: string): Promise<string> {
  const { config, publicUrl } = resources;
  const [numbers, artwork] = await Promise.all([readNumbers(resources), readArtwork(resources)]);
  const figures = Object.entries(numbers).map(
    ([name, value]) => `<li><b>${value.toLocaleString('en')}</b><span class="soft">${name}</span></li>`,
  );
  const cards = artwork.map(
    ({ name, cid }) =>
      `<img src="/content/${escapeHtml(cid)}" alt="${escapeHtml(name)}" loading="lazy" width="172" height="240">`,
  );
  return page(
    'ECE – the Elite Card Exchange',
    `<h1>The Elite Card Exchange</h1>
<p class="soft">Version ${escapeHtml(version)}, ${escapeHtml(config.environment)}, Solana ${escapeHtml(config.cluster)}.
Collect serial-numbered cards, list them, auction them live, and trade card for card. Every card is an NFT.</p>
${cards.length > 0 ? `<div class="cards">${cards.join('')}</div>` : ''}
<ul class="numbers">${figures.join('')}</ul>
<h2>For programs</h2>
<table>
<tr><td><a href="/docs">/docs</a></td><td>Every call with its inputs, answers and error codes</td></tr>
<tr><td><a href="/api/v1/openapi.json">/api/v1/openapi.json</a></td><td>The same as OpenAPI 3.1</td></tr>
<tr><td><code>${escapeHtml(publicUrl.replace(/^http/, 'ws'))}/api/v1/realtime</code></td><td>The realtime feed</td></tr>
<tr><td><a href="/api/v1/auctions?state=open">/api/v1/auctions?state=open</a></td><td>Auctions, the next one to end first</td></tr>
<tr><td><a href="/api/v1/listings">/api/v1/listings</a></td><td>Open listings</td></tr>
<tr><td><a href="/api/v1/sales">/api/v1/sales</a></td><td>What sold last</td></tr>
</table>
<h2>For operators</h2>
<table>
<tr><td><a href="/health/ready">/health/ready</a></td><td>Whether everything works, and what does not</td></tr>
<tr><td><a href="/health/live">/health/live</a></td><td>Whether this process runs</td></tr>
<tr><td><a href="/metrics">/metrics</a></td><td>Prometheus metrics</td></tr>
</table>`,
  );
}

/** Figures for people: the planner's own estimate where a table is large, so that the page stays quick. */
async function readNumbers({ db }: Resources): Promise<Numbers> {
  const [row] = await db<Numbers[]>`
    select
      (select count(*)::int from users.users where state = 'active') as people,
      (select count(*)::int from nfts.cards) as cards,
      (select case when reltuples > 100000 then reltuples::int else (select count(*)::int from vault.copies) end
        from pg_class where oid = 'vault.copies'::regclass) as copies,
      (select count(*)::int from market.listings where state = 'open') as listings,
      (select count(*)::int from auctions.auctions where state = 'open') as auctions,
      (select case when reltuples > 100000 then reltuples::int else (select count(*)::int from vault.sales) end
        from pg_class where oid = 'vault.sales'::regclass) as sales`;
  return row!;
}

async function readArtwork({ db }: Resources): Promise<{ name: string; cid: string }[]> {
  return await db<{ name: string; cid: string }[]>`
    select name, artwork_cid as cid from nfts.cards
    order by array_position(array['mythic', 'legendary', 'epic', 'rare', 'uncommon', 'common'], rarity), number, id limit 8`;
}
