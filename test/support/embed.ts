import { seed } from '../../local/emulators/emulators.ts';
import type { GrantInput } from '../../src/config/profiles/grants-schema.ts';
import type { Scenario, TestApp, TestAnswer } from './scenario.ts';
import { ENTRA_CALLERS } from './entra-callers.ts';
import { profilesFile, type ProfilesFile } from './profiles-file.ts';

const { workspace } = seed;

/** A grant that lets every authenticated caller embed the items of the seeded workspace, changed by `members`. */
export function embedGrant(members: Partial<GrantInput> = {}): GrantInput {
  return {
    name: 'embed',
    callers: [{ scp: 'access_as_user' }, { roles: 'Token.Get' }],
    profiles: ['default'],
    actions: ['embed'],
    workspaces: [workspace.id],
    ...members,
  };
}

/** An app with CALLER_AUTH=entra. */
export function startEmbedApp(scenario: Scenario, grants: readonly GrantInput[], file: ProfilesFile = {}): TestApp {
  return scenario.startApp({ settings: ENTRA_CALLERS, files: profilesFile({ ...file, grants }) });
}

export function postEmbedToken(
  app: TestApp,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<TestAnswer> {
  return app.visit('/api/embed-token', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The requests to Power BI since the last reset, without lists. */
export function generated({ powerBi }: Scenario): { path: string; body: unknown }[] {
  return powerBi.requests
    .filter(({ method }) => method === 'POST')
    .map(({ path, body }) => ({
      path: path.replace('/v1.0/myorg', ''),
      body: body === '' ? undefined : JSON.parse(body),
    }));
}
