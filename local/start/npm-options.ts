/** The result of parseArgs. */
interface GivenArguments {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/**
 * Options that the user wrote before npm's `--`, in their correct form. npm takes them for its own and passes them on only in
 * `environment`: `--port=7072` as npm_config_port=7072, `--port 7072` as npm_config_port=true and
 * a stray argument, `--no-func` as an empty npm_config_func. An option that is also given after `--` is left out.
 */
export function findOptionsKeptByNpm(
  optionTypes: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>,
  { values, positionals }: GivenArguments,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  // If there are several stray arguments, it is not known to which option each belongs.
  const strayValue = positionals.length === 1 ? positionals[0] : undefined;
  return Object.entries(optionTypes).flatMap(([name, { type }]) => {
    const kept = environment[`npm_config_${name.replaceAll('-', '_')}`];
    if (kept === undefined || values[name] !== undefined) return [];
    if (type === 'boolean') return [kept === '' ? `--no-${name}` : `--${name}`];
    return [`--${name} ${kept === 'true' ? (strayValue ?? 'N') : kept}`];
  });
}
