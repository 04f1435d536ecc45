// Passes only the variables that the parameter file reads to the next steps of a job. VARIABLES is GitHub's `vars` as JSON.
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';

const parameterFile = readFileSync(new URL('../infra/main.bicepparam', import.meta.url), 'utf8');
const read = [...parameterFile.matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(([, name]) => name);

// GitHub's form for values of several lines. The end of a value cannot be guessed, so no value can set another variable.
const end = randomUUID();
const lines = Object.entries(JSON.parse(process.env.VARIABLES))
  .filter(([name]) => read.includes(name) && name !== 'STAGE')
  .map(([name, value]) => `${name}<<${end}\n${value}\n${end}\n`);
appendFileSync(process.env.GITHUB_ENV, lines.join(''));
