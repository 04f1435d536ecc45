import { InteractionRequiredError } from '../../src/errors.ts';
import { describeChallenge } from '../../src/http/challenge.ts';

const challenge = (claims: string | undefined): string | undefined =>
  describeChallenge(
    new InteractionRequiredError('Do more.', { service: 'issuer' }, { claims }),
    'https://bi.example/api/token',
  )['WWW-Authenticate'];

test('a claims challenge of up to 4 kB is in the header', () => {
  const claims = 'c'.repeat(4096);
  expect(challenge(claims)).toBe(
    `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
  );
});

test.each([
  ['longer', 'c'.repeat(4097)],
  ['of characters that take two bytes each', 'ü'.repeat(2049)],
])('a claims challenge that is %s is in the body only', (_, claims) => {
  expect(challenge(claims)).toBe(
    'Bearer error="insufficient_claims", error_description="Do more. The claims are in the body."',
  );
});

test('without a claims challenge the header has the error invalid_token', () => {
  expect(challenge(undefined)).toBe('Bearer error="invalid_token", error_description="Do more."');
});
