import { bearer, ENTRA_CALLERS } from '../support/entra-callers.ts';
import { seed, startScenario, type TestAnswer } from '../support/scenario.ts';
import { blocksOf, readDocument, sectionOf } from './markdown.ts';

const callers = readDocument('docs/callers.md');
const FLOW = '5f6a1c3e-2b7d-4c58-9e0a-1d2f3b4c5a60';
const AUTHORS = '7d3e9f10-5b6c-4d7e-8f90-1a2b3c4d5e6f';
const ADA = { upn: seed.users.ada.upn };

type Caller = NonNullable<Parameters<typeof bearer>[1]>;
type Route = 'token' | 'datasets';

const scenario = startScenario();

/** What a caller gets from an app with the grants of an example. */
async function ask(heading: string, caller: Caller, route: Route, profile: string) {
  const [json = ''] = blocksOf({ ...callers, text: sectionOf(callers, heading) }, 'json profiles.json');
  const app = scenario.startApp({ settings: ENTRA_CALLERS, files: { 'profiles.json': json } });
  const headers = await bearer(scenario, caller);
  const answer: TestAnswer = await app.request(route === 'token' ? 'token' : 'datasetsOfProfile', {
    headers,
    params: { profile },
    query: `?workspace=${seed.workspace.id}`,
  });
  return { answer, log: app.log };
}

const flow: Caller = { clientId: FLOW, roles: ['Token.Get'] };
const flowWithoutRole: Caller = { clientId: FLOW };
const otherProgram: Caller = { clientId: '0b1c2d3e-4f50-4a61-8b72-9c8d7e6f5a4b', roles: ['Token.Get'] };
const author: Caller = { ...ADA, claims: { groups: [AUTHORS] } };
const authorByRole: Caller = { ...ADA, roles: ['Report.Author'] };

test.each<[heading: string, who: string, caller: Caller, route: Route, profile: string, status: number]>([
  ['### A flow may get the token of one profile', 'the flow', flow, 'token', 'sales', 200],
  ['### A flow may get the token of one profile', 'the flow', flow, 'datasets', 'sales', 403],
  ['### A flow may get the token of one profile', 'the flow', flow, 'token', 'default', 403],
  ['### A flow may get the token of one profile', 'another program', otherProgram, 'token', 'sales', 403],
  ['### An application without a role', 'the application', flowWithoutRole, 'token', 'sales', 200],
  ['### An application without a role', 'another program', otherProgram, 'token', 'sales', 403],
  ['### An application without a role', 'a person through it', { ...ADA, clientId: FLOW }, 'token', 'sales', 200],
  ['### Report authors with their own tokens', 'anybody', ADA, 'token', 'caller', 200],
  ['### Report authors with their own tokens', 'anybody', ADA, 'datasets', 'sales', 403],
  ['### Report authors with their own tokens', 'an author', author, 'datasets', 'sales', 200],
  ['### Report authors with their own tokens', 'an author by role', authorByRole, 'datasets', 'sales', 200],
  ['### Report authors with their own tokens', 'an author', author, 'token', 'sales', 403],
  ['### Audit mode first', 'a person', ADA, 'token', 'sales', 200],
  ['### Audit mode first', 'a program without a role', flowWithoutRole, 'token', 'sales', 403],
])('%s: %s', async (heading, _who, caller, route, profile, status) => {
  const { answer } = await ask(heading, caller, route, profile);
  expect([answer.status, answer.body['code']]).toEqual([status, status === 403 ? 'forbidden' : undefined]);
});

test.each([
  ['deny', ADA],
  ['allow', otherProgram],
])('grants in audit mode report "%s" as their decision', async (expected, caller) => {
  const { answer, log } = await ask('### Audit mode first', caller, 'token', 'sales');
  expect([answer.status, log.find(({ event }) => event === 'token.issued')?.['audited_grants']]).toEqual([
    200,
    expected,
  ]);
});
