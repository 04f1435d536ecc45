import { readCode, readId, readLeadingEntraCode, readNetworkCode, readOrigin } from '../../src/upstream/safe-words.ts';

const NOT_TEXT: readonly [name: string, value: unknown][] = [
  ['missing', undefined],
  ['null', null],
  ['a number', 7],
  ['a list', ['invalid_client']],
  ['an object', {}],
  ['empty', ''],
];

describe('readCode', () => {
  test.each(['invalid_client', 'ForbiddenByRbac', 'TokenExpired'])('%s passes', (code) => {
    expect(readCode(code)).toBe(code);
  });
  test.each<[name: string, value: unknown]>([
    ...NOT_TEXT,
    ['a sentence', 'The secret is wrong'],
    ['with digits', 'hunter2'],
    ['with a line break', 'invalid_client\n'],
    ['endless', 'a'.repeat(81)],
  ])('%s does not pass', (_, value) => {
    expect(readCode(value)).toBeUndefined();
  });
});

describe('readId', () => {
  test.each(['1c9f6a53-6f0e-4c56-8f6a-3f0a4f0d7d11', '1C9F6A536F0E4C568F6A3F0A4F0D7D11'])('%s passes', (id) => {
    expect(readId(id)).toBe(id);
  });
  test.each<[name: string, value: unknown]>([...NOT_TEXT, ['a word', 'hunter2'], ['too long', 'a'.repeat(37)]])(
    '%s does not pass',
    (_, value) => {
      expect(readId(value)).toBeUndefined();
    },
  );
});

describe('readNetworkCode', () => {
  test.each(['ECONNREFUSED', 'UND_ERR_SOCKET', 'CERT_HAS_EXPIRED'])('%s passes', (code) => {
    expect(readNetworkCode(code)).toBe(code);
  });
  test.each<[name: string, value: unknown]>([...NOT_TEXT, ['a sentence', 'a b'], ['lower case', 'hunter2']])(
    '%s does not pass',
    (_, value) => {
      expect(readNetworkCode(value)).toBeUndefined();
    },
  );
});

describe('readLeadingEntraCode', () => {
  test.each(['AADSTS7000215', 'AADSTS7000215: Invalid client secret provided.'])('of %j the code passes', (text) => {
    expect(readLeadingEntraCode(text)).toBe('AADSTS7000215');
  });
  test.each<[name: string, value: unknown]>([
    ...NOT_TEXT,
    ['a code in the middle', 'You sent AADSTS7000215'],
    ['a fraction', 'AADSTS7000215.5'],
    ['too many digits', 'AADSTS12345678901'],
  ])('%s does not pass', (_, value) => {
    expect(readLeadingEntraCode(value)).toBeUndefined();
  });
});

describe('readOrigin', () => {
  test('scheme and host pass, path and query do not', () => {
    expect(readOrigin('https://login.contoso.com/next?secret=hunter2')).toBe('https://login.contoso.com');
    expect(readOrigin('http://localhost:8080/x')).toBe('http://localhost:8080');
  });
  test.each<[name: string, value: unknown]>([
    ...NOT_TEXT,
    ['a path', '/login'],
    ['another scheme', 'mailto:hunter2@contoso.com'],
    ['a host that is too long', `https://${'a.'.repeat(80)}com/`],
  ])('%s does not pass', (_, value) => {
    expect(readOrigin(value)).toBeUndefined();
  });
});
