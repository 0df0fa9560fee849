/** Somebody who lives in the demo exchange. */
export interface DemoPerson {
  handle: string;
  displayName: string;
  email: string;
  bio: string;
  /** How they collect, in one phrase. */
  style: string;
  /** Codes of the sets they care for most, dearest first. */
  favourites: readonly string[];
}

/** Who somebody is and how they collect, in the order it is written down. */
type Portrait = [handle: string, displayName: string, bio: string, style: string, favourites: string[]];

const portraits: Portrait[] = [
  [
    'ada_okafor',
    'Ada Okafor',
    'Satellite engineer in Lagos. Buys anything with a ring around it.',
    'Completes one set at a time, in order of number',
    ['HELI', 'KRNL'],
  ],
  [
    'mateus',
    'Mateus Brandão',
    'Night tram driver. Trades at the terminus, four minutes at a time.',
    'Commons by the dozen, and never sells a tram',
    ['METR', 'WAVE'],
  ],
  [
    'hanae_ito',
    'Hanae Itō',
    'Botanical illustrator. Believes every card should be pressed between books.',
    'Only what she would hang on a wall',
    ['FERN', 'PEAK'],
  ],
  [
    'old_finch',
    'Rowland Finch',
    'Retired notary. Has opinions on serial numbers, mostly about low ones.',
    'Serial number one, or not at all',
    ['GILT', 'HELI'],
  ],
  [
    'priya_n',
    'Priya Natarajan',
    'Quantitative trader by day. By night also, but with prettier instruments.',
    'Buys what is mispriced and holds for weeks',
    ['GILT', 'KRNL'],
  ],
  [
    'sunniva',
    'Sunniva Dahl',
    'Runs a mountain hut with nine beds and excellent reception.',
    'Trades stories first and cards second',
    ['PEAK', 'FERN'],
  ],
  [
    'dj_taproot',
    'Leila Haddad',
    'Radio host. Spins side B, collects side B.',
    'Music cards and whatever rhymes with them',
    ['WAVE', 'ABYS'],
  ],
  [
    'tomasz_w',
    'Tomasz Wilk',
    'Compiler engineer, father of twins. Both are named after registers.',
    'One of every rarity in each set',
    ['KRNL', 'METR'],
  ],
  [
    'coral_reyes',
    'Coral Reyes',
    'Marine biologist who corrects the number of tentacles in the comments.',
    'Everything that lives below the waves',
    ['ABYS', 'FERN'],
  ],
  [
    'bidwell',
    'Georgina Bidwell',
    'Auction house veteran. Raises a paddle the way others raise an eyebrow.',
    'Auctions only, in the last thirty seconds',
    ['GILT', 'ABYS'],
  ],
  [
    'kofi_maps',
    'Kofi Mensah',
    'Bicycle courier and amateur cartographer. Knows the short cut.',
    'Flips quickly and keeps the foxes',
    ['METR', 'PEAK'],
  ],
  [
    'noor',
    'Noor van Dijk',
    'Student of art history. Small budget, sharp eye, patient.',
    'Waits for the one card nobody else has noticed',
    ['FERN', 'WAVE'],
  ],
];

/** The twelve people of the demo. */
export const demoPeople: readonly DemoPerson[] = portraits.map(
  ([handle, displayName, bio, style, favourites]) => ({
    handle,
    displayName,
    email: `${handle}@demo.ece.example`,
    bio,
    style,
    favourites,
  }),
);
