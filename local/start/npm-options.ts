/** What of a command line parseArgs has read. */
interface GivenArguments {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/**
 * The options, as they should have been written, that stood before npm's `--`. npm takes such a one for its own and
 * hands it on in `environment` alone: `--port=7072` as npm_config_port=7072, `--port 7072` as npm_config_port=true and
 * a stray argument, `--no-func` as an empty npm_config_func. What is also given behind `--` is not among them.
 */
export function findOptionsKeptByNpm(
  optionTypes: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>,
  { values, positionals }: GivenArguments,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  // Of several stray arguments nobody can say which belonged to which option.
  const strayValue = positionals.length === 1 ? positionals[0] : undefined;
  return Object.entries(optionTypes).flatMap(([name, { type }]) => {
    const kept = environment[`npm_config_${name.replaceAll('-', '_')}`];
    if (kept === undefined || values[name] !== undefined) return [];
    if (type === 'boolean') return [kept === '' ? `--no-${name}` : `--${name}`];
    return [`--${name} ${kept === 'true' ? (strayValue ?? 'N') : kept}`];
  });
}
