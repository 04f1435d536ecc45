import { ServiceError } from '../../src/errors.ts';

/** Every member of the error with which `run` fails, so that one assertion holds all of it. Its stack and class are left out. */
export async function failureOf(run: () => unknown): Promise<Readonly<Record<string, unknown>>> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { ...Object.fromEntries(Object.entries(error)), name: undefined, message: error.message };
  }
  throw new Error('This was to fail, and it did not.');
}
