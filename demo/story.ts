import { parseArgs } from 'node:util';
import { auctionAct, fundAct, listingAct, mintAct, proofsAct, tradeAct, walletAct } from './story/acts.ts';
import { alertAct, haltAct, offerAct } from './story/market-acts.ts';
import { openStage } from './story/stage.ts';

const { values } = parseArgs({
  options: { url: { type: 'string' }, data: { type: 'string' }, port: { type: 'string' } },
});

const stage = await openStage({
  url: values.url ?? `http://localhost:${values.port ?? process.env.PORT ?? 3000}`,
  data: values.data ?? process.env.ECE_DATA_DIR ?? 'data',
});
await fundAct(stage);
await mintAct(stage);
await listingAct(stage);
await auctionAct(stage);
await tradeAct(stage);
await offerAct(stage);
await alertAct(stage);
await haltAct(stage);
await walletAct(stage);
await proofsAct(stage);
stage.curtain();
