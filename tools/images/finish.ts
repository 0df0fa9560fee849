/**
 * The last step of an image's build, in its folder: writes the list of what is in it (`sbom.cdx.json`, CycloneDX).
 * npm lists what the lock file names; packages that this image leaves out are taken away from that.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

interface Lock {
  packages: Record<string, { name?: string; version?: string }>;
}
interface Component {
  'bom-ref': string;
}
interface Bom {
  serialNumber?: string;
  metadata: { timestamp: string };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

const asked = ['sbom', '--package-lock-only', '--omit=dev', '--sbom-format=cyclonedx'];
const bom = JSON.parse(execFileSync('npm', asked, { encoding: 'utf8', maxBuffer: 2 ** 26 })) as Bom;
/** Where npm puts each package; one may be there several times. */
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const here = new Set<string>();
for (const [path, { name = path.split('node_modules/').pop(), version }] of Object.entries(lock.packages)) {
  if (existsSync(path)) here.add(`${name}@${version}`);
}
const gone = new Set(bom.components.filter((one) => !here.has(one['bom-ref'])).map((one) => one['bom-ref']));
bom.components = bom.components.filter((one) => !gone.has(one['bom-ref']));
bom.dependencies = bom.dependencies
  .filter(({ ref }) => !gone.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => !gone.has(other)) }));
// The same contents give the same file.
delete bom.serialNumber;
bom.metadata.timestamp = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 0) * 1000).toISOString();
writeFileSync('sbom.cdx.json', `${JSON.stringify(bom, undefined, 1)}\n`);
console.log(`${bom.components.length} packages are in the image, ${gone.size} of the lock file are not`);
