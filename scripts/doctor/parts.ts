import { createAppCore, type AppCore, type CoreRuntime } from '../../src/app/core.ts';
import { createVerifiers } from '../../src/app/verifiers.ts';
import type { Verifiers } from '../../src/callers/authenticate.ts';
import type { SoundConfig } from '../../src/config/config.ts';
import { createCatalog, type Catalog } from '../../src/power-bi/catalog.ts';
import { createPowerBiApi } from '../../src/power-bi/power-bi-api.ts';
import { createPowerBiClient } from '../../src/power-bi/power-bi-client.ts';
import { createReadinessCheck, type Readiness } from '../../src/readiness/check-readiness.ts';

/** The parts of the app that the doctor checks. None of them creates an embed token or starts a refresh. */
export interface Parts extends Pick<AppCore, 'profiles'> {
  readonly catalog: Catalog;
  readonly verifiers: Verifiers;
  readonly checkReadiness: () => Promise<Readiness>;
}

export function createParts(config: SoundConfig, runtime: CoreRuntime): Parts {
  const core = createAppCore(config, runtime);
  const powerBi = createPowerBiApi(runtime);
  const powerBiClient = createPowerBiClient({ clock: runtime.clock, tokens: core.tokens, powerBi });
  const catalog = createCatalog({ ...runtime, powerBi: powerBiClient });
  return {
    profiles: core.profiles,
    catalog,
    verifiers: createVerifiers(config, runtime),
    checkReadiness: createReadinessCheck({ config, ...runtime, ...core, powerBiClient }),
  };
}
