// Creates the package to deploy: the bundle, host.json and a package.json that only names the bundle. Azure builds and
// downloads nothing, so the tested code is the code that runs.
import './build.mjs';
import { zipSync } from 'fflate';
import { visit } from 'jsonc-parser';
import { Buffer } from 'node:buffer';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readAppFile } from '../src/app/machine.ts';
import { CLOUDS } from '../src/config/clouds.ts';
import { withoutSecrets } from '../src/config/profiles/parse-profiles-json.ts';
import { readProfilesFile } from '../src/config/profiles/read-profiles-file.ts';

const folder = 'dist/package';
const archive = 'dist/powerbi-token-function.zip';

// The bundle has the same path as in the repository, so that paths relative to it are right in both.
const { name, version, main } = JSON.parse(readFileSync('package.json', 'utf8'));
const files = {
  'host.json': readFileSync('host.json'),
  'package.json': Buffer.from(`${JSON.stringify({ name, version, main }, null, 2)}\n`),
};
// The bundle, and the files that it loads when it needs them. The file for the signed-in developer is not needed in Azure.
for (const file of readdirSync(dirname(main))) {
  if (file.endsWith('.cjs') && file !== 'developer-sdk.cjs')
    files[`${dirname(main)}/${file}`] = readFileSync(join(dirname(main), file));
}
// The operator's profiles and grants: git ignores the file, and it contains no secret. With the app setting PROFILES_FILE the
// file is mandatory: without its grants, the app would allow more callers.
const profilesFile = process.env.PROFILES_FILE || 'profiles.json';
if (existsSync(profilesFile)) files[profilesFile] = readCheckedProfiles();
else if (process.env.PROFILES_FILE) refuse([`PROFILES_FILE names ${profilesFile}, which does not exist`]);

// azd deploys the folder, the other tools deploy the archive. A file of an earlier package must not be deployed again.
rmSync(folder, { recursive: true, force: true });
for (const [path, content] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** Refuses a file that the app would refuse, or that is only for this machine. */
function readCheckedProfiles() {
  const text = readAppFile(profilesFile) ?? '';
  const { fileFaults, profileFaults } = readProfilesFile(text, {
    fileName: profilesFile,
    cloudOf: (cloudName = 'public') => CLOUDS[cloudName],
    // Errors of app settings, which are not in the file.
    readRedirectUri: () => undefined,
    callerModes: undefined,
    hasDefaultSettings: true,
  });
  const faults = [...fileFaults, ...[...profileFaults.values()].flat()].map(
    ({ name: path, problem }) => `${path} ${problem}`,
  );
  const localUrls = findLocalUrls(text);
  if (localUrls.length > 0) {
    faults.push(
      ...localUrls,
      'A URL of this machine works only with npm start: write the URL of your issuer.',
      `If ${profilesFile} is just a copy of profiles.example.json, move it to another folder: the package then has no profiles and no grants.`,
    );
  }
  if (faults.length > 0) refuse(faults);
  return readFileSync(profilesFile);
}

/** Where the file has a URL of this machine. Comments do not count. */
function findLocalUrls(text) {
  const found = [];
  visit(text, {
    onLiteralValue: (value, offset, length, line, column, pathSupplier) => {
      if (!/https?:\/\/(localhost|127\.0\.0\.1)/.test(String(value))) return;
      const path = withoutSecrets(pathSupplier().join('.'));
      found.push(`${profilesFile}: ${path} is a URL of this machine (line ${line + 1}, column ${column + 1})`);
    },
  });
  return found;
}

function refuse(faults) {
  console.error(`No package was created:\n  ${faults.join('\n  ')}`);
  process.exit(1);
}

// A fixed time and fixed file modes: the same commit gives the same bytes, so two packages can be compared by their hash.
// Zip stores local time, and no year before 1980.
const mtime = new Date(1980, 0, 1);
const unix = 3;
const readableByAll = 0o100644 << 16;
const entries = Object.entries(files)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, content]) => [path, [content, { mtime, os: unix, attrs: readableByAll, level: 9 }]]);
const zip = zipSync(Object.fromEntries(entries));
writeFileSync(archive, zip);

console.log(`${archive}: ${Object.keys(files).sort().join(', ')} (${Math.ceil(zip.length / 1024)} KiB)`);
