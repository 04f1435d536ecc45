import fc from 'fast-check';
import { readReturnAddress } from '../../src/sign-in/read-return-address.ts';

const site = 'https://contoso.azurewebsites.net';
const settings = {
  redirectUri: `${site}/api/auth/callback`,
  returnOrigins: ['https://app.contoso.com', 'https://bi.contoso.com:8443', 'http://localhost:3000'],
};

test('for any input a browser is redirected to this site, to an allowed origin, or not at all', () => {
  const pieces = fc.constantFrom(
    ...['/', '\\', '//', ':', '@', '.', '?', '#', '%', '%2f', '%5c', '\t', '\n', ' ', '。', '[', ']'],
    ...['https:', 'http:', 'blob:', 'javascript:', 'data:', 'evil.example', 'app.contoso.com', 'localhost:3000', 'a'],
    ...['contoso.azurewebsites.net'],
  );
  const allowed = [site, ...settings.returnOrigins];
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 9 }).map((parts) => parts.join('')),
        fc.webUrl(),
      ),
      (returnTo) => {
        const address = readOrNothing(returnTo);
        if (address === undefined) return;
        // A browser that parses the Location header gets the same URL.
        const { origin, protocol, username, password, href } = new URL(address, 'https://elsewhere.example');
        expect({ isAllowed: allowed.includes(origin), username, password, href }).toEqual({
          isAllowed: true,
          username: '',
          password: '',
          href: address,
        });
        expect(['https:', 'http:']).toContain(protocol);
        expect(address).toMatch(/^[\x21-\x7e]+$/);
      },
    ),
    { numRuns: 3_000 },
  );
});

function readOrNothing(returnTo: string): string | undefined {
  try {
    return readReturnAddress(returnTo, settings);
  } catch {
    // Refused: test/sign-in/read-return-address.test.ts covers what must be.
    return undefined;
  }
}
