import { startScenario } from '../../support/scenario.ts';
import { anyoneMay, openProfiles } from '../../support/profiles-file.ts';

const scenario = startScenario();

test.each([
  '../default',
  '..%2Fdefault',
  './default',
  'default/',
  'default ',
  ' default',
  'DEFAULT',
  'default\u0000',
  'dеfault', // the second letter is Cyrillic
  'constructor',
  'prototype',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'size',
  '',
  '*',
  'x'.repeat(100_000),
])('a profile named %j is unknown', async (profile) => {
  const { token, request } = scenario.startApp({ files: openProfiles({ sales: { grant: 'managed_identity' } }) });

  const answers = [await token({ params: { profile } }), await request('datasetsOfProfile', { params: { profile } })];

  expect(answers.map(({ status, body }) => [status, body['code'], body['detail']])).toEqual(
    Array(2).fill([
      404,
      'unknown_profile',
      /^[\w-]{1,64}$/.test(profile)
        ? `There is no profile "${profile}".`
        : 'The URL ends in the name of a profile that does not exist.',
    ]),
  );
});

test('a profile name from the URL is neither in the answer nor in the log', async () => {
  const { token, log } = scenario.startApp();

  const { text } = await token({ params: { profile: '<script>alert(1)</script>' } });

  expect(text + JSON.stringify(log)).not.toContain('script>');
});

test.each(['__proto__', 'constructor', '../default', 'a b', '', 'ü', '-leading', 'x'.repeat(65)])(
  'a profile with the name %j in profiles.json is a fault if the name is not allowed, and pollutes no prototype',
  async (name) => {
    const { token, readiness } = scenario.startApp({
      files: {
        // JSON text, because an object literal cannot have a member `__proto__`.
        'profiles.json':
          `{"profiles":{${JSON.stringify(name)}:{"grant":"managed_identity"}},` +
          `"grants":${JSON.stringify([anyoneMay('default')])}}`,
      },
    });

    const settings = ((await readiness()).body['checks'] as Record<string, { status: string; profile?: string }[]>)[
      'settings'
    ];
    const answer = await token();

    expect(settings).toEqual(
      name === 'constructor'
        ? [{ status: 'pass', time: expect.any(String) }]
        : [expect.objectContaining({ status: 'warn', profile: name })],
    );
    expect([answer.status, ({} as Record<string, unknown>)['grant']]).toEqual([200, undefined]);
  },
);
