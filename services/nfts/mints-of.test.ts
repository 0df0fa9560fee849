import { newId } from '@ece/platform/ids/index';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { nfts } from './api.ts';
import { createMintsOf } from './mints-of.ts';

let database: ServiceDatabase;
const [setId, cardId, wanted, final] = [newId(), newId(), newId(), newId()];

beforeAll(async () => {
  database = await serviceDatabase([nfts.migrations]);
  const { db } = database;
  await db`insert into nfts.sets (id, code, name, description, royalty_basis_points, creator_id)
    values (${setId}, 'KEPT', 'Kept', '', 0, ${newId()})`;
  await db`insert into nfts.artworks (cid, media_type) values ('cid', 'image/png')`;
  await db`insert into nfts.cards (id, set_id, number, name, description, rarity, category, edition_size, attributes, artwork_cid)
    values (${cardId}, ${setId}, 1, 'A card', '', 'rare', 'place', 2, '[]', 'cid')`;
  await db`insert into nfts.mints (copy_id, card_id, serial, state, mint, metadata_uri, transaction)
    values (${wanted}, ${cardId}, 1, 'wanted', null, null, null), (${final}, ${cardId}, 2, 'final', 'm2', 'u2', 't2')`;
});
afterAll(() => database.close());

test('what is not final is read each time; what is final is read once', async () => {
  const { db } = database;
  const mintsOf = createMintsOf(db);
  const first = await mintsOf([wanted, final, newId()]);
  expect(Object.fromEntries(first)).toEqual({
    [wanted]: { state: 'wanted', mint: null, metadataUri: null, transaction: null },
    [final]: { state: 'final', mint: 'm2', metadataUri: 'u2', transaction: 't2' },
  });
  await db`update nfts.mints set state = 'final', mint = 'm1', metadata_uri = 'u1', transaction = 't1'
    where copy_id = ${wanted}`;
  expect((await mintsOf([wanted])).get(wanted)).toMatchObject({ state: 'final', mint: 'm1' });
  await db`delete from nfts.mints`;
  expect(await mintsOf([wanted, final])).toHaveProperty('size', 2);
});
