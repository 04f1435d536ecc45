import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createHttpHeaders, createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import type { TokenHolder } from '../../src/config/profiles/profile.ts';
import { ServiceError } from '../../src/errors.ts';
import { explainOauthError, OAUTH_ERRORS, UNKNOWN_OAUTH_ERROR } from '../../src/issuers/oauth-errors.ts';
import { judgePowerBiAnswer } from '../../src/power-bi/judge-power-bi-answer.ts';
import { judgeVaultError } from '../../src/secrets/judge-vault-error.ts';
import { ENTRA_CODES, UNKNOWN_ENTRA_CODE, type EntraRefusal } from '../../src/upstream/entra-codes.ts';
import { formatTable } from './markdown.ts';

/** The tables of upstream codes that docs/errors.md must have, by heading. The program gives the meaning of each code. */
export function tablesOfOthersCodes(): Readonly<Record<string, string>> {
  return {
    '## Entra': describeEntra(),
    '## Other issuers': describeOtherIssuers(),
    '## Key Vault': describeKeyVault(),
    '## Power BI': describePowerBi(),
  };
}

// The tables are not exported, so the list of codes is read from the source. The meaning of each code comes from the program.
function namesIn(path: string, pattern: RegExp, part = /[^]*/): string[] {
  const source = part.exec(readFileSync(path, 'utf8'))?.[0] ?? '';
  const names = [...source.matchAll(pattern)].map(([, name = '']) => name);
  if (names.length === 0) throw new Error(`${path} holds no table as this test knows it`);
  return names;
}

function describeEntra(): string {
  const numbersOf = new Map<EntraRefusal, string[]>();
  for (const [code, refusal] of ENTRA_CODES) {
    numbersOf.set(refusal, [...(numbersOf.get(refusal) ?? []), code.replace('AADSTS', '')]);
  }
  const rows = [...numbersOf].map(([{ code, fixer, meaning, hint }, numbers]) => [
    numbers.join(', '),
    `\`${code}\``,
    fixer,
    meaning,
    hint,
  ]);
  const { code, meaning, hint } = UNKNOWN_ENTRA_CODE;
  return formatTable(
    ['AADSTS', '`code`', 'who acts', 'meaning', '`hint`'],
    [...rows, ['any other', `\`${code}\``, '', meaning, hint]],
  );
}

function describeOtherIssuers(): string {
  const rows = [...OAUTH_ERRORS].map(([name, refusal]) => [`\`${name}\``, refusal] as const);
  const unknown401 = explainOauthError(undefined, { status: 401, grantType: 'client_credentials' });
  const password401 = explainOauthError(undefined, { status: 401, grantType: 'password' });
  const others = [
    ['any other 401', unknown401],
    ['the same, to the grant type `password`', password401],
    ['any other', UNKNOWN_OAUTH_ERROR],
  ] as const;
  return formatTable(
    ['`error`', '`code`', 'meaning', '`hint`'],
    [...rows, ...others].map(([said, { code, meaning, hint }]) => [said, `\`${code}\``, meaning, hint]),
  );
}

function describeKeyVault(): string {
  const known = namesIn('src/secrets/vault-refusals.ts', /^ {2}([A-Z][a-z]\w+): /gm, /REFUSALS:[^]*?^};/m);
  const rows = known.map((code) => describeVaultAnswer(403, code));
  const byStatus = [401, 403, 404, 400].map((status) => describeVaultAnswer(status, undefined));
  return formatTable(['Key Vault says', '`code`', 'meaning', '`hint`'], [...rows, ...byStatus]);
}

function describeVaultAnswer(status: number, code: string | undefined): string[] {
  const request = createPipelineRequest({ url: 'https://vault.example/' });
  const error = new RestError('no', {
    statusCode: status,
    request,
    response: { request, status, headers: createHttpHeaders() },
  });
  error.details = { error: { innerError: { code } } };
  const judged = expectServiceError(judgeVaultError(error, 'secret "…"'));
  const said = code === undefined ? (status === 400 ? 'any other refusal' : `another ${status}`) : `\`${code}\``;
  const meaning = judged.message.replace(/^[^:]*: /, '').replace(/ \(HTTP \d+\)\.$/, '');
  return [said, `\`${judged.code}\``, meaning, judged.hint ?? ''];
}

function describePowerBi(): string {
  const known = namesIn('src/power-bi/power-bi-refusals.ts', /^ {2}(\w+):/gm, /HINTS_BY_CODE:[^]*?^};/m);
  const rows = known.flatMap((code) => describePowerBiRefusal(`\`${code}\``, { status: 403, code }));
  const byStatus = [302, 400, 401, 403, 404].flatMap((status) =>
    describePowerBiRefusal(status === 302 ? 'any 3xx' : `another ${status}`, { status }),
  );
  return formatTable(['Power BI says', 'whose token', '`code`', '`hint`'], [...rows, ...byStatus]);
}

const HOLDERS = ['service-principal', 'master-user', 'person'] as const;

/** One row for each holder of a token; a single row if all get the same message. */
function describePowerBiRefusal(said: string, refusal: { status: number; code?: string }): string[][] {
  const told = HOLDERS.map((holder) => [`\`${holder}\``, ...judgePowerBiRefusal(refusal, holder)]);
  const isSame = new Set(told.map(([, ...rest]) => JSON.stringify(rest))).size === 1;
  return (isSame ? [['any', ...(told[0] ?? []).slice(1)]] : told).map((row) => [said, ...row]);
}

function judgePowerBiRefusal({ status, code }: { status: number; code?: string }, holder: TokenHolder): string[] {
  const text = code === undefined ? '' : JSON.stringify({ error: { code } });
  try {
    judgePowerBiAnswer({ status, headers: new Headers({ requestid: randomUUID() }), text }, { nowMs: 0, holder });
  } catch (error) {
    const judged = expectServiceError(error);
    return [`\`${judged.code}\``, judged.hint ?? ''];
  }
  throw new Error('Power BI refused, and nothing was thrown');
}

function expectServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  throw error;
}
