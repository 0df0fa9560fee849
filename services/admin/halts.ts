import type { Halt } from '@ece/vault';
import type { AdminContext, NamedHalt } from './api.ts';

/** Halts with the codes of their sets. */
export async function nameHalts(nfts: AdminContext['nfts'], halts: Halt[]): Promise<NamedHalt[]> {
  const sets = await nfts.setFacts(halts.flatMap(({ setId }) => setId ?? []));
  return halts.map((halt) => ({ ...halt, setCode: halt.setId ? (sets[halt.setId]?.code ?? null) : null }));
}
