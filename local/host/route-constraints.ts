/** Whether a route parameter's value is one that the constraint lets through. */
export type RouteConstraint = (value: string) => boolean;

const integerPattern = /^[+-]?\d+$/;
const decimalPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
const floatPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const guidPattern =
  /^(?:[\da-f]{32}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\{[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}|\([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\))$/i;

const withoutArguments: Readonly<Record<string, RouteConstraint>> = {
  int: (value) => integerPattern.test(value) && isWithin(value, -(2n ** 31n), 2n ** 31n - 1n),
  long: (value) => integerPattern.test(value) && isWithin(value, -(2n ** 63n), 2n ** 63n - 1n),
  bool: (value) => /^(?:true|false)$/i.test(value),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  decimal: (value) => decimalPattern.test(value),
  double: (value) => floatPattern.test(value),
  float: (value) => floatPattern.test(value),
  guid: (value) => guidPattern.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  required: (value) => value !== '',
};

const withArguments: Readonly<Record<string, (argument: string) => RouteConstraint>> = {
  minlength: (argument) => (value) => value.length >= Number(argument),
  maxlength: (argument) => (value) => value.length <= Number(argument),
  length: createLengthConstraint,
  min: (argument) => (value) => integerPattern.test(value) && isWithin(value, BigInt(argument), 2n ** 63n - 1n),
  max: (argument) => (value) => integerPattern.test(value) && isWithin(value, -(2n ** 63n), BigInt(argument)),
  range: createRangeConstraint,
  regex(argument) {
    const pattern = new RegExp(argument, 'i');
    return (value) => pattern.test(value);
  },
};

/** The constraint written as `text` in a route template: `int`, `length(1,8)`, `regex(^a)`. Throws on an unknown one. */
export function parseRouteConstraint(text: string): RouteConstraint {
  const { name = '', argument } = /^(?<name>\w+)(?:\((?<argument>.*)\))?$/s.exec(text)?.groups ?? {};
  const key = name.toLowerCase();
  const constraint = argument === undefined ? withoutArguments[key] : withArguments[key]?.(argument);
  if (constraint === undefined) throw new Error(`unknown route constraint "${text}"`);
  return constraint;
}

function createLengthConstraint(argument: string): RouteConstraint {
  const [shortest = 0, longest = shortest] = argument.split(',').map(Number);
  return (value) => value.length >= shortest && value.length <= longest;
}

function createRangeConstraint(argument: string): RouteConstraint {
  const [lowest = 0n, highest = lowest] = argument.split(',').map((bound) => BigInt(bound.trim()));
  return (value) => integerPattern.test(value) && isWithin(value, lowest, highest);
}

function isWithin(value: string, lowest: bigint, highest: bigint): boolean {
  const integer = BigInt(value.replace(/^\+/, ''));
  return integer >= lowest && integer <= highest;
}
