import { type Ece, EceError } from '@ece/sdk/browser';

/** Images that are on their way at once. */
const AT_ONCE = 4;
/** How often one image is sent again when the exchange says that it was too much at once. */
const TRIES = 5;

/** An image that the exchange did not take. */
export interface RefusedImage {
  name: string;
  error: EceError;
}

/**
 * Stores images and gives their CIDs by file name. The same bytes have the same CID, so a repetition does no harm.
 * The first one that is refused ends it.
 */
export async function storeImages(
  ece: Ece,
  files: File[],
  onProgress: (done: number) => void,
): Promise<{ artwork: Record<string, string> } | { refused: RefusedImage }> {
  const artwork: Record<string, string> = {};
  const queue = files.values();
  let done = 0;
  let refused: RefusedImage | undefined;
  const worker = async () => {
    for (const file of queue) {
      if (refused) return;
      try {
        artwork[file.name] = await storeImage(ece, file);
        onProgress(++done);
      } catch (error) {
        if (!(error instanceof EceError)) throw error;
        refused ??= { name: file.name, error };
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return refused ? { refused } : { artwork };
}

async function storeImage(ece: Ece, file: File): Promise<string> {
  const data = base64(new Uint8Array(await file.arrayBuffer()));
  for (let attempt = 1; ; attempt++) {
    try {
      return (await ece.nfts.uploadContent({ data })).cid;
    } catch (error) {
      const isPassing = error instanceof EceError && ['too_many_requests', 'overloaded'].includes(error.code);
      if (!isPassing || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 1000));
    }
  }
}

/** Bytes that are made text at once: more arguments than that a function may not take everywhere. */
const CHUNK = 0x8000;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(text);
}
