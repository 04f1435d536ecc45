// Packs what is deployed: the bundle, host.json and a package.json that only names the bundle. Nothing is built in Azure, so
// nothing is downloaded there, and what was tested is what runs.
import './build.mjs';
import { zipSync } from 'fflate';
import { Buffer } from 'node:buffer';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readAppFile } from '../src/app/machine.ts';
import { CLOUDS } from '../src/config/clouds.ts';
import { readProfilesFile } from '../src/config/profiles/read-profiles-file.ts';

const folder = 'dist/package';
const archive = 'dist/powerbi-token-function.zip';

// The bundle keeps the place that it has in the repository, so a path that it works out from its own is right in both.
const { name, version, main } = JSON.parse(readFileSync('package.json', 'utf8'));
const files = {
  'host.json': readFileSync('host.json'),
  'package.json': Buffer.from(`${JSON.stringify({ name, version, main }, null, 2)}\n`),
};
// The bundle, and beside it the files that it loads when it needs them. Azure has no signed-in developer.
for (const file of readdirSync(dirname(main))) {
  if (file.endsWith('.cjs') && file !== 'developer-sdk.cjs')
    files[`${dirname(main)}/${file}`] = readFileSync(join(dirname(main), file));
}
// An operator's own profiles and grants: git ignores the file, and it holds no secret. PROFILES_FILE, the app setting of that
// name, makes it a part that must not be missing: without its grants, more callers would be let in.
const profilesFile = process.env.PROFILES_FILE || 'profiles.json';
if (existsSync(profilesFile)) files[profilesFile] = readCheckedProfiles();
else if (process.env.PROFILES_FILE) refuse([`PROFILES_FILE names ${profilesFile}, and there is no such file`]);

// azd deploys the folder, everything else deploys the archive. A file of an earlier package must not be deployed again.
rmSync(folder, { recursive: true, force: true });
for (const [path, content] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Stops before a file that the program would refuse, or that is for this machine only, gets to Azure. */
function readCheckedProfiles() {
  const text = readAppFile(profilesFile) ?? '';
  const { fileFaults, profileFaults } = readProfilesFile(text, {
    fileName: profilesFile,
    cloudOf: (cloudName = 'public') => CLOUDS[cloudName],
    // App settings, which the file cannot show.
    readRedirectUri: () => undefined,
    callerModes: undefined,
    hasDefaultSettings: true,
  });
  const faults = [...fileFaults, ...[...profileFaults.values()].flat()].map(
    ({ name: path, problem }) => `${path} ${problem}`,
  );
  if (/https?:\/\/(localhost|127\.0\.0\.1)/.test(text)) {
    faults.push(`${profilesFile} names an address of this machine: it is for the local stack`);
  }
  if (faults.length > 0) refuse(faults);
  return readFileSync(profilesFile);
}

function refuse(faults) {
  console.error(`Nothing was packed:\n  ${faults.join('\n  ')}`);
  process.exit(1);
}

// A fixed time and fixed rights: the same commit gives the same bytes, so two packages can be compared by their hash.
// Zip keeps local time, so the date is made of local parts. 1980 is the first year that it knows.
const mtime = new Date(1980, 0, 1);
const unix = 3;
const readableByAll = 0o100644 << 16;
const entries = Object.entries(files)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, content]) => [path, [content, { mtime, os: unix, attrs: readableByAll, level: 9 }]]);
const zip = zipSync(Object.fromEntries(entries));
writeFileSync(archive, zip);

console.log(`${archive}: ${Object.keys(files).sort().join(', ')} (${Math.ceil(zip.length / 1024)} KiB)`);
