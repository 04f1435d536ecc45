// The least that gets a token in the same way: the identity's token, one secret, one token request. It has one route, no cache,
// no checks and no time-outs.
import { app } from '@azure/functions';
import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';

const SCOPE = 'https://analysis.windows.net/powerbi/api/.default';

app.http('token', {
  route: 'token',
  authLevel: 'anonymous',
  methods: ['GET'],
  handler: async () => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: setting('POWERBI_CLIENT_ID'),
      client_secret: await readSecret('powerbi-client-secret'),
      scope: SCOPE,
    });
    const url = `${setting('AZURE_AUTHORITY_HOST')}/${setting('POWERBI_TENANT_ID')}/oauth2/v2.0/token`;
    const answer = await fetch(url, { method: 'POST', body });
    return { status: answer.status, body: await answer.text() };
  },
});

async function readSecret(name: string): Promise<string> {
  const identityToken = requestIdentityToken();
  const { SecretClient, createHttpHeaders } = await import('../../src/secrets/secrets-sdk.ts');
  const sendRequest = async (request: PipelineRequest): Promise<PipelineResponse> => {
    const answer = await fetch(request.url, { headers: request.headers.toJSON() });
    const { status, headers } = answer;
    const bodyAsText = await answer.text();
    return { request, status, headers: createHttpHeaders(Object.fromEntries(headers)), bodyAsText };
  };
  const credential = { getToken: async () => ({ token: await identityToken, expiresOnTimestamp: Infinity }) };
  const options = { httpClient: { sendRequest }, disableChallengeResourceVerification: true };
  const { value = '' } = await new SecretClient(setting('KEY_VAULT_URI'), credential, options).getSecret(name);
  return value;
}

async function requestIdentityToken(): Promise<string> {
  const url = `${setting('IDENTITY_ENDPOINT')}?api-version=2019-08-01&resource=https://vault.azure.net`;
  const answer = await fetch(url, { headers: { 'X-IDENTITY-HEADER': setting('IDENTITY_HEADER') } });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}

function setting(name: string): string {
  return process.env[name] ?? '';
}
