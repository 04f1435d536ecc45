// Packs what is deployed: the bundle, host.json and the least package.json that names the bundle. Nothing is built in
// Azure, so nothing is fetched there, and what was tested is what runs.
import './build.mjs';
import { zipSync } from 'fflate';
import { Buffer } from 'node:buffer';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CLOUDS } from '../src/config/clouds.ts';
import { readProfilesFile } from '../src/config/profiles/read-profiles-file.ts';

const folder = 'dist/package';
const archive = 'dist/powerbi-token-function.zip';

// The bundle keeps the place that it has in the repository, so a path that it works out from its own is right in both.
const { name, version, main } = JSON.parse(readFileSync('package.json', 'utf8'));
const files = {
  'host.json': readFileSync('host.json'),
  'package.json': Buffer.from(`${JSON.stringify({ name, version, main }, null, 2)}\n`),
  [main]: readFileSync(main),
};
// Kept out of the repository by .gitignore, but a part of what runs: an operator's own profiles, which hold no secret.
if (existsSync('profiles.json')) files['profiles.json'] = readCheckedProfiles();

// azd deploys a folder, everything else the archive. Anew each time: a file that is gone must not be deployed again.
rmSync(folder, { recursive: true, force: true });
for (const [path, content] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** What the program would refuse, or what is for this machine alone, must not get as far as Azure. */
function readCheckedProfiles() {
  const content = readFileSync('profiles.json');
  const { fileFaults, profileFaults } = readProfilesFile(content.toString('utf8'), {
    fileName: 'profiles.json',
    cloudOf: (cloudName = 'public') => CLOUDS[cloudName],
    // App settings, which the file cannot show.
    readRedirectUri: () => undefined,
    callerModes: undefined,
    hasDefaultSettings: true,
  });
  const faults = [...fileFaults, ...[...profileFaults.values()].flat()].map(
    ({ name: path, problem }) => `${path} ${problem}`,
  );
  if (/https?:\/\/(localhost|127\.0\.0\.1)/.test(content.toString('utf8'))) {
    faults.push('profiles.json names an address of this machine: it is for the local stack');
  }
  if (faults.length > 0) {
    console.error(`Nothing was packed:\n  ${faults.join('\n  ')}`);
    process.exit(1);
  }
  return content;
}

// No wall clock and no umask: the same commit gives the same bytes, so two packages can be compared by their hash.
// Zip keeps local time, hence a date made of local parts; 1980 is the first year that it knows.
const mtime = new Date(1980, 0, 1);
const unix = 3;
const readableByAll = 0o100644 << 16;
const entries = Object.entries(files)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, content]) => [path, [content, { mtime, os: unix, attrs: readableByAll, level: 9 }]]);
const zip = zipSync(Object.fromEntries(entries));
writeFileSync(archive, zip);

console.log(`${archive}: ${Object.keys(files).sort().join(', ')} (${Math.ceil(zip.length / 1024)} KiB)`);
