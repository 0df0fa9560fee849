import { operation } from '../operation.ts';
import {
  Address,
  BasisPoints,
  Handle,
  Id,
  IdParams,
  Money,
  nullable,
  object,
  oneOf,
  page,
  pageQuery,
  Rarity,
  Signature,
  Time,
  Type,
} from '../schema.ts';
import { WalletTransaction } from '../wallet-transaction.ts';

const SetCode = Type.String({ pattern: '^[A-Z0-9]{2,8}$' });
const Cid = Type.String({ maxLength: 100, pattern: '^[a-z0-9]+$' });

export const CardSet = object({
  id: Id,
  code: SetCode,
  name: Type.String(),
  description: Type.String(),
  royaltyBasisPoints: BasisPoints,
  creatorHandle: Handle,
  cards: Type.Integer(),
  copies: Type.Integer(),
  groupMint: nullable(Address),
  createdAt: Time,
});

const Attribute = object({
  key: Type.String({ minLength: 1, maxLength: 40 }),
  value: Type.String({ maxLength: 200 }),
});

export const Artwork = object({ cid: Cid, url: Type.String(), mediaType: Type.String() });

export const Card = object({
  id: Id,
  setId: Id,
  setCode: SetCode,
  setName: Type.String(),
  number: Type.Integer(),
  name: Type.String(),
  description: Type.String(),
  rarity: Rarity,
  category: Type.String(),
  editionSize: Type.Integer(),
  minted: Type.Integer({ description: 'Copies that exist so far' }),
  attributes: Type.Array(Attribute),
  artwork: Artwork,
});

export const Commitment = object({
  kind: oneOf('mint', 'listing', 'auction', 'trade', 'withdrawal'),
  id: Id,
});

/** What a list needs to show a copy. */
export const CopySummary = object({
  id: Id,
  cardId: Id,
  serial: Type.Integer(),
  editionSize: Type.Integer(),
  name: Type.String(),
  setCode: SetCode,
  rarity: Rarity,
  artworkUrl: Type.String(),
});

/** What a list needs to show a card. */
export const CardSummary = object({
  id: Id,
  setId: Id,
  setCode: SetCode,
  setName: Type.String(),
  name: Type.String(),
  rarity: Rarity,
  category: Type.String(),
  editionSize: Type.Integer(),
  artworkUrl: Type.String(),
});

/** What a list needs to show a set. */
export const SetSummary = object({ id: Id, code: SetCode, name: Type.String() });

const copy = {
  id: Id,
  cardId: Id,
  serial: Type.Integer(),
  ownerHandle: nullable(Handle),
  epoch: Type.Integer({ description: 'How often the copy has changed hands' }),
  commitment: nullable(Commitment),
  mint: nullable(Address),
  metadataUri: nullable(Type.String()),
  mintTransaction: nullable(Signature),
};

export const Copy = object(copy, {
  description: 'ownerHandle is null while the copy is in an outside wallet',
});

export const OnChain = object({
  owner: nullable(Address),
  supply: Type.String(),
  decimals: Type.Integer(),
  mintAuthority: nullable(Address),
  name: Type.String(),
  symbol: Type.String(),
  uri: Type.String(),
  group: nullable(Address),
});

export const CopyDetail = object({
  ...copy,
  card: Card,
  custody: oneOf('pending', 'exchange', 'outside'),
  onChain: nullable(OnChain),
});

export const CopyEvent = object({
  epoch: Type.Integer(),
  kind: Type.String({ description: 'mint, sale, trade, withdrawal, deposit' }),
  fromHandle: nullable(Handle),
  toHandle: nullable(Handle),
  price: nullable(Money),
  at: Time,
});

export const CopyWithdrawal = object({
  id: Id,
  copyId: Id,
  address: Address,
  state: oneOf('requested', 'signed', 'sent', 'final', 'returned'),
  signature: nullable(Signature),
  createdAt: Time,
  finalAt: nullable(Time),
});

/** A row of a catalogue as the preview shows it. */
const CatalogueRow = object({
  line: Type.Integer(),
  setCode: SetCode,
  number: Type.Integer(),
  name: Type.String(),
  rarity: Rarity,
  category: Type.String(),
  editionSize: Type.Integer(),
  artwork: Type.String({ description: 'Name of the file' }),
});

const CataloguePreview = object({
  sets: Type.Array(
    object({
      code: SetCode,
      name: Type.String({ description: 'Empty where the set is there and the file does not name it' }),
      isNew: Type.Boolean(),
      cards: Type.Integer(),
    }),
  ),
  copies: Type.Integer({ description: 'The sum of all editions' }),
  artwork: Type.Array(Type.String(), { description: 'Names of the files that are wanted' }),
  rows: Type.Array(CatalogueRow, { description: 'The first 200 cards' }),
});

/** Copies of a showcase at the most. */
export const MOST_SHOWN = 6;

const Showcase = object({ items: Type.Array(CopySummary, { maxItems: MOST_SHOWN }) });

const MintingCard = object({
  cardId: Id,
  setCode: SetCode,
  name: Type.String(),
  artworkUrl: Type.String(),
  final: Type.Integer(),
  pending: Type.Integer(),
  failed: Type.Integer({ description: 'Of the pending ones, those whose last attempt failed' }),
  failure: nullable(Type.String({ description: 'Why one of them failed' })),
});

export const nfts = {
  listSets: operation({
    service: 'nfts',
    method: 'GET',
    path: '/sets',
    summary: 'All sets',
    access: 'public',
    query: pageQuery({}),
    response: page(CardSet),
  }),
  getSet: operation({
    service: 'nfts',
    method: 'GET',
    path: '/sets/:id',
    summary: 'One set',
    access: 'public',
    params: IdParams,
    response: CardSet,
  }),
  createSet: operation({
    service: 'nfts',
    method: 'POST',
    path: '/sets',
    summary: 'Make a set',
    access: 'admin',
    status: 201,
    body: object({
      code: SetCode,
      name: Type.String({ minLength: 1, maxLength: 60 }),
      description: Type.Optional(Type.String({ maxLength: 2000 })),
      royaltyBasisPoints: Type.Optional(Type.Integer({ minimum: 0, maximum: 5000 })),
      creatorHandle: Type.Optional(Handle),
    }),
    response: CardSet,
    errors: ['set_code_taken', 'account_frozen'],
  }),
  listCards: operation({
    service: 'nfts',
    method: 'GET',
    path: '/cards',
    summary: 'Cards, by set and number',
    access: 'public',
    query: pageQuery({ setId: Type.Optional(Id), rarity: Type.Optional(Rarity) }),
    response: page(Card),
  }),
  getCard: operation({
    service: 'nfts',
    method: 'GET',
    path: '/cards/:id',
    summary: 'One card',
    access: 'public',
    params: IdParams,
    response: Card,
  }),
  createCard: operation({
    service: 'nfts',
    method: 'POST',
    path: '/cards',
    summary: 'Make a card',
    access: 'admin',
    status: 201,
    bodyLimit: 12 * 1024 * 1024,
    body: object({
      setId: Id,
      number: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
      name: Type.String({ minLength: 1, maxLength: 80 }),
      description: Type.Optional(Type.String({ maxLength: 2000 })),
      rarity: Rarity,
      category: Type.String({ minLength: 1, maxLength: 40 }),
      editionSize: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
      attributes: Type.Optional(Type.Array(Attribute, { maxItems: 30 })),
      artwork: Type.String({ description: 'The image, base64', minLength: 1, maxLength: 11_000_000 }),
    }),
    response: Card,
    errors: ['card_number_taken', 'unsupported_artwork', 'account_frozen'],
  }),
  importCards: operation({
    service: 'nfts',
    method: 'POST',
    path: '/cards/import',
    summary: 'Import a catalogue: all rows or none',
    access: 'admin',
    description:
      'Artwork goes first, by POST /content, and rows name it by CID. Every bad row is reported with its line.',
    bodyLimit: 32 * 1024 * 1024,
    body: object({
      csv: Type.String({ minLength: 1, maxLength: 32_000_000 }),
      artwork: Type.Record(Type.String(), Cid, { description: 'File name to CID' }),
      dryRun: Type.Optional(Type.Boolean()),
      awaited: Type.Optional(
        Type.Array(Type.String({ maxLength: 200 }), {
          maxItems: 50_000,
          description: 'With dryRun: names of images that are stored later; rows may name them',
        }),
      ),
    }),
    response: object({
      sets: Type.Integer(),
      cards: Type.Integer(),
      dryRun: Type.Boolean(),
      preview: Type.Optional(CataloguePreview),
    }),
    errors: ['import_rejected', 'account_frozen'],
  }),
  uploadContent: operation({
    service: 'nfts',
    method: 'POST',
    path: '/content',
    summary: 'Store an image; its CID is the answer',
    access: 'admin',
    status: 201,
    bodyLimit: 12 * 1024 * 1024,
    body: object({
      data: Type.String({ description: 'The image, base64', minLength: 1, maxLength: 11_000_000 }),
    }),
    response: Artwork,
    errors: ['unsupported_artwork', 'account_frozen'],
  }),
  mint: operation({
    service: 'nfts',
    method: 'POST',
    path: '/cards/:id/mint',
    summary: 'Mint the next copies of a card',
    access: 'admin',
    description: 'Each copy becomes an NFT; copies can be traded once their mint is final.',
    idempotent: true,
    status: 202,
    params: IdParams,
    body: object({
      quantity: Type.Integer({ minimum: 1, maximum: 1000 }),
      ownerHandle: Type.Optional(Handle),
    }),
    response: object({ copies: Type.Array(Copy) }),
    errors: ['edition_exhausted', 'account_frozen'],
  }),
  minting: operation({
    service: 'nfts',
    method: 'GET',
    path: '/admin/minting',
    summary: 'How far minting is: all of it, and the cards with copies that are not final',
    access: 'moderator',
    response: object({
      pending: Type.Integer(),
      final: Type.Integer(),
      cards: Type.Array(MintingCard, { description: '100 at the most' }),
    }),
  }),
  listCopies: operation({
    service: 'nfts',
    method: 'GET',
    path: '/copies',
    summary: 'Copies of a card or of a person',
    access: 'public',
    query: pageQuery({ cardId: Type.Optional(Id), ownerHandle: Type.Optional(Handle) }),
    response: page(Copy),
  }),
  getCopy: operation({
    service: 'nfts',
    method: 'GET',
    path: '/copies/:id',
    summary: 'One copy, and what the chain says of it',
    access: 'public',
    params: IdParams,
    response: CopyDetail,
  }),
  copyHistory: operation({
    service: 'nfts',
    method: 'GET',
    path: '/copies/:id/history',
    summary: 'Every owner of a copy, newest first',
    access: 'public',
    params: IdParams,
    query: pageQuery({}),
    response: page(CopyEvent),
  }),
  showcase: operation({
    service: 'nfts',
    method: 'GET',
    path: '/users/:handle/showcase',
    summary: 'The copies that a person shows first, in their order',
    description: 'Copies that the person no longer owns are left out.',
    access: 'public',
    params: object({ handle: Handle }),
    response: Showcase,
  }),
  setShowcase: operation({
    service: 'nfts',
    method: 'PUT',
    path: '/users/me/showcase',
    summary: 'Choose the copies of mine that I show first, in this order',
    access: 'user',
    ownership: 'the owner of the copies',
    body: object({ copyIds: Type.Array(Id, { maxItems: MOST_SHOWN, uniqueItems: true }) }),
    response: Showcase,
    errors: ['copy_not_owned'],
  }),
  withdrawCopy: operation({
    service: 'nfts',
    method: 'POST',
    path: '/copies/:id/withdrawals',
    summary: 'Send a copy of mine to a Solana wallet',
    access: 'user',
    ownership: 'the owner of the copy',
    idempotent: true,
    status: 202,
    params: IdParams,
    body: object({ address: Address }),
    response: CopyWithdrawal,
    errors: [
      'copy_not_owned',
      'copy_committed',
      'copy_away',
      'invalid_address',
      'own_address',
      'account_frozen',
      'withdrawals_halted',
    ],
  }),
  prepareCopyDeposit: operation({
    service: 'nfts',
    method: 'POST',
    path: '/copies/:id/deposits',
    summary: 'Make the transaction by which a wallet of mine sends a copy in',
    description:
      'It moves nothing: have the wallet sign it, and pass it on to /wallet/deposits/signed within a minute.',
    access: 'user',
    perMinute: 60,
    params: IdParams,
    body: object({ from: Address }),
    response: WalletTransaction,
    errors: ['invalid_address', 'not_in_wallet'],
  }),
  getCopyWithdrawal: operation({
    service: 'nfts',
    method: 'GET',
    path: '/copies/withdrawals/:id',
    summary: 'The state of a copy withdrawal of mine',
    access: 'user',
    ownership: 'the account that asked for it',
    params: IdParams,
    response: CopyWithdrawal,
  }),
};
