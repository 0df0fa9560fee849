import { type Body, ok, type operations, type Result, refuse } from '@ece/contract';
import { audit, type Origin } from '@ece/platform/audit/audit';
import { isUniqueViolation, transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { passPrivileged } from '@ece/vault';
import type { NftsContext } from './api.ts';
import { putArtwork, type StoredArtwork } from './artwork.ts';
import { textProblem } from './domain/text.ts';
import { cardCreated, setCreated } from './events.ts';
import {
  type CardRow,
  insertArtworks,
  insertCards,
  insertSets,
  readCards,
  readSets,
  type SetRow,
} from './store.ts';

type Calls = (typeof operations)['nfts'];

/** Refuses texts that hold what no name or description may hold. */
function checkTexts(short: Record<string, string>, long: Record<string, string>): Result<void> {
  const problem = (name: string, text: string, lines: boolean) => {
    const words = textProblem(text, { lines });
    return words ? [`${name} ${words}.`] : [];
  };
  const problems = [
    ...Object.entries(short).flatMap(([name, text]) => problem(name, text, false)),
    ...Object.entries(long).flatMap(([name, text]) => problem(name, text, true)),
  ];
  return problems.length > 0 ? refuse('validation_failed', problems.join(' ')) : ok(undefined);
}

/** Makes a set. Refusals: `set_code_taken`, `validation_failed`, `not_found` for the creator, `account_frozen`. */
export async function createSet(
  { db, users, hint, defaultRoyaltyBasisPoints }: NftsContext,
  body: Body<Calls['createSet']>,
  by: Origin,
): Promise<Result<SetRow>> {
  const texts = checkTexts({ name: body.name }, { description: body.description ?? '' });
  if (!texts.ok) return texts;
  const creator =
    body.creatorHandle === undefined ? { id: by.actor } : await users.byHandle(body.creatorHandle);
  if (!creator) return refuse('not_found', 'There is no creator of this handle.');
  const id = newId();
  const set = {
    id,
    code: body.code,
    name: body.name,
    description: body.description ?? '',
    royaltyBasisPoints: body.royaltyBasisPoints ?? defaultRoyaltyBasisPoints,
    creatorId: creator.id,
  };
  const written = await transaction<void>(db, async (tx) => {
    const passed = await passPrivileged(tx, by);
    if (!passed.ok) return passed;
    if ((await insertSets(tx, [set])).length === 0) return refuse('set_code_taken');
    const data = { code: set.code, name: set.name };
    await audit(tx, by, { action: 'set.create', subject: `set ${id}`, data });
    await publish(tx, [setCreated(set)]);
    return ok(undefined);
  });
  if (!written.ok) return written;
  hint();
  return ok((await readSets(db, [id]))[0]!);
}

/**
 * Makes a card. Refusals: `not_found` for the set, `card_number_taken`, `unsupported_artwork`,
 * `validation_failed`, `account_frozen`.
 */
export async function createCard(
  context: NftsContext,
  body: Body<Calls['createCard']>,
  by: Origin,
): Promise<Result<CardRow>> {
  const { db } = context;
  const attributes = body.attributes ?? [];
  const pairs = attributes.map(({ key, value }, index) => [`attributes[${index}]`, `${key} ${value}`]);
  const short = { name: body.name, category: body.category, ...Object.fromEntries(pairs) };
  const texts = checkTexts(short, { description: body.description ?? '' });
  if (!texts.ok) return texts;
  if (new Set(attributes.map(({ key }) => key)).size < attributes.length) {
    return refuse('validation_failed', 'An attribute is there twice.');
  }
  if ((await readSets(db, [body.setId])).length === 0) return refuse('not_found', 'There is no such set.');
  const artwork = await putArtwork(context.content, body.artwork);
  if (!artwork.ok) return artwork;
  const { artwork: _, description = '', ...card } = body;
  const id = newId();
  const made = { ...card, id, description, attributes, artworkCid: artwork.value.cid };
  try {
    const written = await transaction<void>(db, async (tx) => {
      const passed = await passPrivileged(tx, by);
      if (!passed.ok) return passed;
      await insertArtworks(tx, [artwork.value]);
      await insertCards(tx, [made]);
      const { setId, number, name, editionSize } = made;
      const data = { setId, number, name, editionSize };
      await audit(tx, by, { action: 'card.create', subject: `card ${id}`, data });
      await publish(tx, [cardCreated(made)]);
      return ok(undefined);
    });
    if (!written.ok) return written;
  } catch (error) {
    if (isUniqueViolation(error, 'card_number_unique')) return refuse('card_number_taken');
    throw error;
  }
  context.hint();
  return ok((await readCards(db, [id]))[0]!);
}

/** Keeps an image for cards to come. Refusals: `unsupported_artwork`, `account_frozen`. */
export async function uploadContent(
  { db, content }: Pick<NftsContext, 'db' | 'content'>,
  base64: string,
  by: Origin,
): Promise<Result<StoredArtwork>> {
  const artwork = await putArtwork(content, base64);
  if (!artwork.ok) return artwork;
  const { cid, mediaType } = artwork.value;
  return await transaction<StoredArtwork>(db, async (tx) => {
    const passed = await passPrivileged(tx, by);
    if (!passed.ok) return passed;
    await insertArtworks(tx, [artwork.value]);
    await audit(tx, by, { action: 'content.upload', subject: `content ${cid}`, data: { mediaType } });
    return artwork;
  });
}
