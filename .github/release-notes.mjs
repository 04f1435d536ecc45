// Prints the section of CHANGELOG.md for a tag. Fails when there is none, or when package.json has another version.
import { readFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const wanted = process.argv[2].replace(/^v/, '');
const { version } = JSON.parse(read('package.json'));
if (version !== wanted) throw new Error(`The tag is for ${wanted}, and package.json says ${version}.`);

const section = read('CHANGELOG.md')
  .split(/^## /m)
  .find((text) => text.split('\n')[0].trim() === wanted);
if (section === undefined) throw new Error(`CHANGELOG.md has no section "## ${wanted}".`);
console.log(section.slice(section.indexOf('\n')).trim());
