import { nodeProcess } from './node-realm.ts';

/**
 * Puts app settings into the environment of the process, where the app reads them. As under `func start`, a variable that
 * is set already keeps its value (an empty one counts as not set). `overrides` always apply. Returns a function that
 * restores the environment.
 */
export function applyAppSettings(
  values: Readonly<Record<string, string>>,
  overrides: Readonly<Record<string, string>>,
): () => void {
  const environment = nodeProcess.env;
  const unset = Object.entries(values).filter(([name]) => (environment[name] ?? '') === '');
  const applied = { ...Object.fromEntries(unset), ...overrides };
  const before = Object.keys(applied).map((name) => [name, environment[name]] as const);
  Object.assign(environment, applied);
  return () => {
    for (const [name, value] of before) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- assigning undefined would set the text "undefined"
      if (value === undefined) delete environment[name];
      else environment[name] = value;
    }
  };
}
