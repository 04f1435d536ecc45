const problem = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** What every guarded route may answer beside a 200. */
export const ERRORS = {
  '400': problem('A parameter or the body is not valid.'),
  '401': problem('No caller credential, or one that does not verify; or the person must do more.'),
  '403': problem('The caller is known, and no grant lets it do this.'),
  '404': problem('No profile of that name.'),
  '405': problem('Method not allowed.'),
  '429': problem("The caller's own limit."),
  '500': problem('A setting is wrong, or this program has a defect.'),
  '502': problem('Key Vault, the issuer or Power BI refused.'),
  '503': problem('An upstream is away: ask again after Retry-After seconds.'),
};

export const TOKEN_ANSWER = {
  description: 'The token, with what is known of its expiry.',
  headers: { 'Cache-Control': { schema: { const: 'no-store' } } },
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Token' } } },
};

export const DATASETS_ANSWER = {
  description: 'The datasets, as Power BI lists them.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Datasets' } } },
};

export const REDIRECT_ANSWER = {
  description: 'On to another address.',
  headers: { Location: { schema: { type: 'string', format: 'uri' } } },
};

export const healthAnswer = (description: string): object => ({
  description,
  content: { 'application/health+json': { schema: { $ref: '#/components/schemas/Health' } } },
});
