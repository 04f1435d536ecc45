import type { SCHEMAS } from './schemas.ts';

export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, object>>;
  readonly content?: Readonly<Record<string, object>>;
}

export const schema = (name: keyof typeof SCHEMAS): object => ({ schema: { $ref: `#/components/schemas/${name}` } });

const NEVER_STORED = { 'Cache-Control': { schema: { type: 'string', const: 'no-store' } } };

export const json = (description: string, name: keyof typeof SCHEMAS): Answer => ({
  description,
  headers: NEVER_STORED,
  content: { [name === 'Health' ? 'application/health+json' : 'application/json']: schema(name) },
});

const problem = (description: string): Answer => ({
  description,
  content: { 'application/problem+json': schema('Problem') },
});

/** The errors that every route except the simplest can answer. */
export const problems = {
  '400': problem('A parameter or the body is not valid.'),
  '401': problem(
    'The caller credential is missing or invalid, or the person must sign in again, complete MFA or consent. With CALLER_AUTH=key the Functions host answers a missing or wrong key itself, without a body.',
  ),
  '403': problem('No grant allows this request.'),
  '404': problem('There is no profile of that name.'),
  '405': problem('The method is not allowed.'),
  '429': problem('The caller has reached its own limit.'),
  '500': problem('A setting is wrong, or the app has a defect.'),
  '502': problem('Key Vault, the issuer or Power BI refused.'),
  '503': problem('A service that the app needs is not available. Try again after Retry-After seconds.'),
};

export const REDIRECT: Answer = {
  description: 'A redirect to another URL.',
  headers: { Location: { schema: { type: 'string', format: 'uri' } } },
};
