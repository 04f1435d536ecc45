import { nameForPerson, PERSON_ROUTES, ROUTES, type PersonRouteName, type Route } from '../../src/http/routes.ts';

interface RegisteredRoute {
  readonly name: string;
  readonly segments: readonly string[];
}

const registered: RegisteredRoute[] = [
  ...Object.entries<Route>(ROUTES).flatMap(([name, { path }]) => expand(path).map((segments) => ({ name, segments }))),
  ...(Object.keys(PERSON_ROUTES) as PersonRouteName[]).map((route) => {
    const { name, path } = nameForPerson(route, 'people');
    return { name, segments: path.split('/') };
  }),
];

/** A template that ends in an optional parameter stands for two. */
function expand(path: string): string[][] {
  const segments = path.split('/');
  return segments.at(-1)?.endsWith('?}') === true ? [segments.slice(0, -1), segments] : [segments];
}

const isParameter = (segment: string): boolean => segment.startsWith('{');

/** Whether one address matches both templates. */
function overlap(one: RegisteredRoute, other: RegisteredRoute): boolean {
  return (
    one.segments.length === other.segments.length &&
    one.segments.every((segment, index) => {
      const opposite = other.segments[index] ?? '';
      return isParameter(segment) || isParameter(opposite) || segment.toLowerCase() === opposite.toLowerCase();
    })
  );
}

const literalsOf = ({ segments }: RegisteredRoute): number =>
  segments.filter((segment) => !isParameter(segment)).length;

const overlapping = registered.flatMap((one, index) =>
  registered
    .slice(index + 1)
    .flatMap((other) => (one.name !== other.name && overlap(one, other) ? [{ one, other }] : [])),
);

test('the premise: some routes of different functions overlap', () => {
  expect(overlapping.map(({ one, other }) => [one.name, other.name])).toContainEqual([
    'datasetsOfProfile',
    'datasetsOfPerson-people',
  ]);
});

test.each(overlapping.map(({ one, other }) => ({ names: `${one.name} and ${other.name}`, one, other })))(
  'of $names, the host tries the specific one first (src/http/routes.ts)',
  ({ one, other }) => {
    const [specific, general] = literalsOf(one) > literalsOf(other) ? [one, other] : [other, one];
    expect(literalsOf(specific)).toBeGreaterThan(literalsOf(general));
    expect(specific.name.toLowerCase() < general.name.toLowerCase()).toBe(true);
  },
);

test('no two functions have names that differ only in case', () => {
  const names = [...new Set(registered.map(({ name }) => name.toLowerCase()))];
  expect(names).toHaveLength(new Set(registered.map(({ name }) => name)).size);
});
