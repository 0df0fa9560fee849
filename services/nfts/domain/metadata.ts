import { clip } from './text.ts';

/** A card as its copies' metadata tell of it. */
export interface CardFacts {
  setCode: string;
  setName: string;
  number: number;
  name: string;
  description: string;
  rarity: string;
  category: string;
  editionSize: number;
  attributes: { key: string; value: string }[];
  artworkCid: string;
  artworkType: string;
}

/** A set as its group's metadata tell of it. */
export interface SetFacts {
  id: string;
  code: string;
  name: string;
  description: string;
}

/**
 * The longest name that goes into a mint's own metadata, in bytes of UTF-8. With the set's code, an address
 * of 120 characters and the group it stays within the 1,232 bytes of a transaction.
 */
const NAME_BYTES = 100;

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** JSON with the keys of every object in order of their code units, so that equal values have equal bytes. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`).join(',')}}`;
}

/** Where content is served; `publicUrl` has no slash at its end. */
export function contentUrl(publicUrl: string, cid: string): string {
  return `${publicUrl}/content/${cid}`;
}

/** The name of a copy in its mint: the card's, shortened where it is long, and the serial. */
export function copyName(cardName: string, serial: number): string {
  const suffix = ` #${serial}`;
  return `${clip(cardName, NAME_BYTES - suffix.length)}${suffix}`;
}

/** The name of a set in its group's mint. */
export function groupName(setName: string): string {
  return clip(setName, NAME_BYTES);
}

/** The metadata document of a copy, in the shape that wallets and marketplaces read. */
export function copyMetadata(publicUrl: string, copyId: string, card: CardFacts, serial: number): string {
  const image = contentUrl(publicUrl, card.artworkCid);
  const traits: [string, string | number][] = [
    ['Set', card.setName],
    ['Number', card.number],
    ['Rarity', card.rarity],
    ['Category', card.category],
    ['Serial', serial],
    ['Edition size', card.editionSize],
    ...card.attributes.map(({ key, value }): [string, string] => [key, value]),
  ];
  return canonicalJson({
    name: `${card.name} #${serial}`,
    symbol: card.setCode,
    description: card.description,
    image,
    external_url: `${publicUrl}/copies/${copyId}`,
    attributes: traits.map(([trait_type, value]) => ({ trait_type, value })),
    properties: { category: 'image', files: [{ uri: image, type: card.artworkType }] },
  });
}

/** The metadata document of a set's group. */
export function setMetadata(publicUrl: string, set: SetFacts): string {
  return canonicalJson({
    name: set.name,
    symbol: set.code,
    description: set.description,
    external_url: `${publicUrl}/sets/${set.id}`,
  });
}
