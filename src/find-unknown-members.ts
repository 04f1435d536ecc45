import type { GenericSchema } from 'valibot';

/** A member that the schema does not know, with those that it knows at that place. */
export interface UnknownMember {
  readonly path: readonly (string | number)[];
  readonly known: readonly string[];
}

/** What this needs to know of a schema: the library's own `strictObject` reports one unknown member, and overlooks `__proto__`. */
interface SchemaParts {
  readonly type: string;
  readonly pipe?: readonly GenericSchema[];
  readonly wrapped?: GenericSchema;
  readonly item?: GenericSchema;
  readonly value?: GenericSchema;
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly key?: unknown;
  readonly options?: readonly unknown[];
}

/** Every unknown member of every strict object, however deep. */
export function findUnknownMembers(
  schema: GenericSchema,
  value: unknown,
  path: readonly (string | number)[] = [],
): readonly UnknownMember[] {
  const parts = schema as unknown as SchemaParts;
  if (typeof value !== 'object' || value === null) return [];
  if (parts.wrapped !== undefined) return findUnknownMembers(parts.wrapped, value, path);
  switch (parts.type) {
    case 'array':
      return Array.isArray(value) && parts.item !== undefined ? inItems(parts.item, value, path) : [];
    case 'record':
      return Object.entries(value).flatMap(([name, member]) =>
        parts.value === undefined ? [] : findUnknownMembers(parts.value, member, [...path, name]),
      );
    case 'strict_object':
      return inObject(parts.entries ?? {}, value, path);
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

/** The option whose literal the value names; without one there is nothing to compare with. */
function inVariant(
  { key, options = [] }: SchemaParts,
  value: object,
  path: readonly (string | number)[],
): readonly UnknownMember[] {
  const name = String(key);
  const own = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  const option = (options as readonly GenericSchema[]).find((candidate) => {
    const literal = (candidate as unknown as SchemaParts).entries?.[name] as { readonly literal?: unknown } | undefined;
    return literal !== undefined && literal.literal === own;
  });
  return option === undefined ? [] : findUnknownMembers(option, value, path);
}
