import { cache } from 'react';
import { api, orNotFound } from './server.ts';

// What an address names, asked for once for each page. The layouts around a screen ask before anything is sent, so
// that what is not there is answered with 404; its title and the screen itself need it as well.

export const cardOf = cache(async (id: string) => orNotFound((await api()).nfts.getCard({ id })));
export const setOf = cache(async (id: string) => orNotFound((await api()).nfts.getSet({ id })));
export const copyOf = cache(async (id: string) => orNotFound((await api()).nfts.getCopy({ id })));
export const auctionOf = cache(async (id: string) => orNotFound((await api()).auctions.get({ id })));
export const personOf = cache(async (handle: string) => orNotFound((await api()).users.get({ handle })));
