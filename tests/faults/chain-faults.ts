import { newId } from '@ece/platform/ids/index';
import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import type { TestExchange } from './exchange.ts';
import type { State } from './state.ts';

/** Damage on chain, behind the exchange's back. */
export interface ChainFault {
  name: string;
  /** Does it; gives what a finding must name, and what makes it good again, where anything can: such a fault is the last one. */
  plant(exchange: TestExchange, state: State): Promise<{ names: string; repair?(): Promise<void> }>;
}

async function move(
  exchange: TestExchange,
  from: KeyPairSigner,
  to: string,
  token: { program: 'token' | 'token-2022'; mint: string; amount: bigint; decimals: number },
): Promise<void> {
  const { keys } = await exchange.resources.chainParts();
  const feePayer = await keys.signer('fee-payer');
  const transfer = { feePayer, authority: from, toOwner: to, reference: newId(), ...token };
  await exchange.land(await exchange.chain.signTokenTransfer(transfer));
}

async function treasuryOf({ resources: { db } }: TestExchange) {
  const [row] = await db<{ mint: string; address: string; account: string }[]>`
    select mint, address, token_account as account from wallet.treasury`;
  return row!;
}

async function mintOf({ resources: { db } }: TestExchange, copyId: string): Promise<string> {
  const [row] = await db<{ mint: string }[]>`select mint from nfts.mints where copy_id = ${copyId}`;
  return row!.mint;
}

export const onChain: ChainFault[] = [
  {
    name: 'an NFT is moved out of custody',
    async plant(exchange, { freeCopy }) {
      const { keys } = await exchange.resources.chainParts();
      const [custody, thief] = [await keys.signer('custody'), await generateKeyPairSigner()];
      const token = {
        program: 'token-2022',
        mint: await mintOf(exchange, freeCopy),
        amount: 1n,
        decimals: 0,
      } as const;
      await move(exchange, custody, thief.address, token);
      return { names: freeCopy, repair: () => move(exchange, thief, custody.address, token) };
    },
  },
  {
    name: 'an NFT that was withdrawn lies in custody',
    async plant(exchange, { outsideCopy, outsider }) {
      const { keys } = await exchange.resources.chainParts();
      const custody = await keys.signer('custody');
      const token = {
        program: 'token-2022',
        mint: await mintOf(exchange, outsideCopy),
        amount: 1n,
        decimals: 0,
      } as const;
      await move(exchange, outsider, custody.address, token);
      return { names: outsideCopy, repair: () => move(exchange, custody, outsider.address, token) };
    },
  },
  {
    name: 'USDC is missing from the treasury',
    async plant(exchange) {
      const { keys } = await exchange.resources.chainParts();
      const { mint, address, account } = await treasuryOf(exchange);
      const [treasury, thief] = [await keys.signer('treasury'), await generateKeyPairSigner()];
      const token = { program: 'token', mint, amount: 1n, decimals: 6 } as const;
      await move(exchange, treasury, thief.address, token);
      return { names: account, repair: () => move(exchange, thief, address, token) };
    },
  },
  {
    name: 'the treasury has USDC that the books do not know',
    async plant(exchange) {
      const { keys } = await exchange.resources.chainParts();
      const { mint, address, account } = await treasuryOf(exchange);
      const [treasury, giver] = [await keys.signer('treasury'), await generateKeyPairSigner()];
      const feePayer = await keys.signer('fee-payer');
      const authority = await keys.signer('usdc-authority');
      const payment = { feePayer, authority, mint, toOwner: address, amount: 5n, reference: newId() };
      await exchange.land(await exchange.chain.signMintTo(payment));
      const back = { program: 'token', mint, amount: 5n, decimals: 6 } as const;
      return { names: account, repair: () => move(exchange, treasury, giver.address, back) };
    },
  },
  {
    name: 'USDC is missing from a deposit address',
    async plant(exchange, { ben }) {
      const { keys } = await exchange.resources.chainParts();
      const { mint } = await treasuryOf(exchange);
      const [row] = await exchange.resources.db<{ account: string }[]>`
        select token_account as account from wallet.addresses where account_id = ${ben.id}`;
      const [deposit, thief] = [await keys.signer(`deposit/${ben.id}`), await generateKeyPairSigner()];
      const token = { program: 'token', mint, amount: 100_000n, decimals: 6 } as const;
      await move(exchange, deposit, thief.address, token);
      return { names: row!.account, repair: () => move(exchange, thief, deposit.address, token) };
    },
  },
  {
    name: 'a card of ours is minted that the vault does not know',
    async plant(exchange, { setId }) {
      const { keys } = await exchange.resources.chainParts();
      const [feePayer, authority, custody, group, mint] = [
        await keys.signer('fee-payer'),
        await keys.signer('nft-authority'),
        await keys.signer('custody'),
        await keys.signer(`group/${setId}`),
        await generateKeyPairSigner(),
      ];
      const built = await exchange.chain.signNftMint({
        ...{ feePayer, authority, mint, owner: custody.address },
        ...{ name: 'Forged', symbol: 'FLT', uri: 'http://exchange.test/forged' },
        group: { mint: group.address, updateAuthority: authority },
      });
      await exchange.land(built);
      return { names: group.address };
    },
  },
];
