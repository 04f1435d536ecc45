import type { GenericSchema } from 'valibot';
import { memberOf } from './json.ts';

/** A member that is not in the schema, with those that are. */
export interface UnknownMember {
  readonly path: readonly (string | number)[];
  readonly known: readonly string[];
}

/** The needed parts of a schema. The library's `strictObject` reports only one unknown member, and not `__proto__`. */
type SchemaParts =
  | { readonly type: 'optional'; readonly wrapped: GenericSchema }
  | { readonly type: 'array'; readonly item: GenericSchema }
  | { readonly type: 'record'; readonly value: GenericSchema }
  | { readonly type: 'strict_object'; readonly entries: Readonly<Record<string, GenericSchema>> }
  | VariantParts
  | { readonly type: 'other' };

interface VariantParts {
  readonly type: 'variant';
  readonly key: string;
  readonly options: readonly VariantOption[];
}

type VariantOption = GenericSchema & {
  readonly entries: Readonly<Record<string, { readonly literal?: unknown }>>;
};

/** Every unknown member of every strict object, however deep. */
export function findUnknownMembers(
  schema: GenericSchema,
  value: unknown,
  path: readonly (string | number)[] = [],
): readonly UnknownMember[] {
  const parts = schema as unknown as SchemaParts;
  if (typeof value !== 'object' || value === null) return [];
  switch (parts.type) {
    case 'optional':
      return findUnknownMembers(parts.wrapped, value, path);
    case 'array':
      return Array.isArray(value) ? inItems(parts.item, value, path) : [];
    case 'record':
      return Object.entries(value).flatMap(([name, member]) =>
        findUnknownMembers(parts.value, member, [...path, name]),
      );
    case 'strict_object':
      return inObject(parts.entries, value, path);
    case 'variant':
      return inVariant(parts, value, path);
    default:
      return [];
  }
}

function inItems(item: GenericSchema, values: readonly unknown[], path: readonly (string | number)[]): UnknownMember[] {
  return values.flatMap((value, index) => findUnknownMembers(item, value, [...path, index]));
}

function inObject(
  entries: Readonly<Record<string, GenericSchema>>,
  value: object,
  path: readonly (string | number)[],
): UnknownMember[] {
  return Object.entries(value).flatMap(([name, member]) => {
    const schema = Object.hasOwn(entries, name) ? entries[name] : undefined;
    if (schema === undefined) return [{ path: [...path, name], known: Object.keys(entries) }];
    return findUnknownMembers(schema, member, [...path, name]);
  });
}

/** The option with the value's literal. Undefined without one: then nothing can be compared. */
function inVariant(
  { key, options }: VariantParts,
  value: object,
  path: readonly (string | number)[],
): readonly UnknownMember[] {
  const own = memberOf(value, key);
  const option = options.find(({ entries }) => entries[key]?.literal === own);
  return option === undefined ? [] : findUnknownMembers(option, value, path);
}
