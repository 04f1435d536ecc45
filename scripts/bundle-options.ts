import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';

/** Modules that most requests do not need: each becomes a separate file beside the bundle, loaded when it is needed. */
export const LAZY_MODULES = globSync('src/**/*-sdk.ts', { cwd: fileURLToPath(new URL('..', import.meta.url)) }).sort();

const lazyModules: Plugin = {
  name: 'lazy modules',
  setup({ onResolve }) {
    onResolve({ filter: /-sdk\.ts$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.cjs`, external: true } : undefined,
    );
  },
};

/**
 * The Azure SDK makes an agent for its own HTTP client if a proxy is set. This app gives it another client, `fetch`, which
 * ignores agents. Without their packages the SDK loads in two thirds of the time.
 */
const noProxyAgents: Plugin = {
  name: 'no proxy agents',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^https?-proxy-agent$/ }, ({ path }) => ({ path, namespace: 'no-proxy-agents' }));
    onLoad({ filter: /.*/, namespace: 'no-proxy-agents' }, () => ({
      contents: 'export class HttpProxyAgent {} export class HttpsProxyAgent {}',
    }));
  },
};

/** The bundle options of the deployed functions, and of those that the bench compares them with. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // The host provides this module at run time. No registry has it.
  external: ['@azure/functions-core'],
  // The ES builds of the Azure packages can be tree-shaken, which makes the bundle a third smaller.
  mainFields: ['module', 'main'],
  // `require` is faster than `import()`, and the worker is CommonJS.
  supported: { 'dynamic-import': false },
  plugins: [lazyModules, noProxyAgents],
  minify: true,
  logLevel: 'warning',
} satisfies BuildOptions;
