import { seed } from '../../local/emulators/emulators.ts';
import { startBuiltApp, type BuiltApp } from '../support/built-app.ts';

const GUARDED = [
  '/api/token',
  '/api/token/default',
  '/api/tokens/GetAccessToken',
  '/api/datasets',
  '/api/health/ready',
];
const ENTRA = { CALLER_AUDIENCE: `api://${seed.personApp.clientId}`, CALLER_TENANT_ID: seed.tenantId };
/** Even if the host enforces function keys, it must pass these requests on to the program. */
const HOST_KEY = 'a-host-key-that-nobody-shows';

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly challenge: string | null;
}

async function refusalsOf(app: BuiltApp): Promise<Refusal[]> {
  return Promise.all(
    GUARDED.map(async (path) => {
      const answer = await fetch(`${app.url}${path}`);
      const { code } = (await answer.json()) as { code: string };
      return { status: answer.status, code, challenge: answer.headers.get('www-authenticate') };
    }),
  );
}

test.each<[string, Readonly<Record<string, string>>]>([
  ['entra', ENTRA],
  ['entra,easyauth', { ...ENTRA, WEBSITE_AUTH_ENABLED: 'true' }],
])(
  'with CALLER_AUTH=%s the program guards its routes, and the host asks for no key',
  async (mode, settings) => {
    const app = await startBuiltApp({ settings: { CALLER_AUTH: mode, ...settings }, hostKey: HOST_KEY });
    try {
      const challenge =
        `Bearer authorization_uri="${app.emulators.entra.url}/${seed.tenantId}/oauth2/authorize", ` +
        `resource_metadata="${app.url}/api/.well-known/oauth-protected-resource"`;
      expect(await refusalsOf(app)).toEqual(GUARDED.map(() => ({ status: 401, code: 'unauthorized', challenge })));
    } finally {
      await app.close();
    }
  },
  60_000,
);

test('with CALLER_AUTH=none, in development, no credential is needed, and the log says so', async () => {
  const app = await startBuiltApp({ settings: { CALLER_AUTH: 'none' }, hostKey: HOST_KEY });
  try {
    expect((await fetch(`${app.url}/api/token`)).status).toBe(200);
    expect(app.output()).toContain('callers.not_checked');
  } finally {
    await app.close();
  }
}, 60_000);

test('with a faulty CALLER_AUTH the host asks for no key, so that callers get the error of the program', async () => {
  const app = await startBuiltApp({ settings: { CALLER_AUTH: 'nobody' }, hostKey: HOST_KEY });
  try {
    const answers = await Promise.all(GUARDED.map(async (path) => fetch(`${app.url}${path}`)));
    const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as { code: string; detail: string }[];
    expect(bodies.map(({ code, detail }) => [code, detail.includes('CALLER_AUTH')])).toEqual(
      GUARDED.map(() => ['misconfigured', true]),
    );
  } finally {
    await app.close();
  }
}, 60_000);
