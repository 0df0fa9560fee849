import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const compress = promisify(brotliCompress);

/**
 * Puts a copy compressed by brotli, as small as it gets, beside each script and style sheet below a folder; its name
 * has `.br` at the end. That takes too long to be done for each visitor.
 */
export async function compressAssets(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const names = await readdir(folder, { recursive: true });
  const assets = names.filter((name) => /\.(?:js|css)$/.test(name)).map((name) => join(folder, name));
  for (const path of assets) {
    const text = await readFile(path);
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    };
    await writeFile(`${path}.br`, await compress(text, { params }));
  }
}
