/** The kinds of chain transactions that this service asks for, as the sender knows them. */
export const GROUP = 'nfts.group';
export const MINT = 'nfts.mint';
export const WITHDRAWAL = 'nfts.withdrawal';
