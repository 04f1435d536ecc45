import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createMessageConnection,
  ParameterStructures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { root } from '../infra/repository.ts';
import { toBicep, type Json } from './to-bicep.ts';

export interface PredictedResource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly properties?: Json;
  readonly [member: string]: Json | undefined;
}

/** The resources that Azure would get. `diagnostics` are faults that Azure would report before it deploys. */
export interface Prediction {
  readonly predictedResources: readonly PredictedResource[];
  readonly diagnostics: readonly Json[];
}

interface Diagnostic {
  readonly level: string;
  readonly code: string;
  readonly message: string;
}

export interface Compiler {
  /** The prediction of a template with these parameters. Rejects with the template's message if it refuses them. */
  predict(parameters: Readonly<Record<string, Json>>, template?: 'main.bicep' | 'deployer.bicep'): Promise<Prediction>;
  /** The parameters that a parameter file of infra/ reads from the compiler's environment. */
  predictFile(name: 'main.bicepparam' | 'subscription.bicepparam'): Promise<Prediction>;
  /** The diagnostics of a template, as `CODE: message`. */
  diagnose(template: string): Promise<readonly string[]>;
  close(): void;
}

const azure = {
  tenantId: '00000000-0000-0000-0000-00000000aaaa',
  subscriptionId: '00000000-0000-0000-0000-00000000bbbb',
  location: 'westeurope',
  deploymentName: 'first',
};
const resourceGroup = 'rg-pbitoken';

/** Starts the compiler that BICEP names, on a copy of infra/, with these environment variables. */
export function startCompiler(environment: Readonly<Record<string, string>> = {}): Compiler {
  const path = process.env['BICEP'];
  if (path === undefined || path === '') throw new Error('BICEP names no compiler. Run .ci/predictions.');
  const folder = mkdtempSync(join(tmpdir(), 'predictions-'));
  cpSync(join(root, 'infra'), join(folder, 'infra'), { recursive: true });
  // Predicted resources do not have the style that the linter requires.
  writeFileSync(join(folder, 'bicepconfig.json'), '{ "analyzers": { "core": { "enabled": false } } }');

  const program = spawn(path, ['jsonrpc', '--stdio'], {
    env: { HOME: process.env['HOME'], PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(program.stdout),
    new StreamMessageWriter(program.stdin),
  );
  connection.listen();
  const ask = <T>(method: string, parameters: object): Promise<T> =>
    connection.sendRequest<T>(`bicep/${method}`, ParameterStructures.byName, parameters);

  let written = 0;
  /** Each file has a unique name, because the compiler caches files by name. */
  function write(content: string, ending: string): string {
    const file = join(folder, `${written++}.${ending}`);
    writeFileSync(file, content);
    return file;
  }

  async function snapshot(file: string, metadata: object): Promise<Prediction> {
    const answer = await ask<{ snapshot: string }>('getSnapshot', { path: file, metadata });
    return JSON.parse(answer.snapshot) as Prediction;
  }

  return {
    predict: (parameters, template = 'main.bicep') => {
      const lines = Object.entries(parameters).map(([name, value]) => `param ${name} = ${toBicep(value)}`);
      const file = write([`using 'infra/${template}'`, ...lines, ''].join('\n'), 'bicepparam');
      return snapshot(file, { ...azure, resourceGroup });
    },
    predictFile: (name) =>
      snapshot(join(folder, 'infra', name), name === 'main.bicepparam' ? { ...azure, resourceGroup } : azure),
    diagnose: async (template) => {
      const { diagnostics } = await ask<{ diagnostics: Diagnostic[] }>('compile', { path: write(template, 'bicep') });
      return diagnostics.map(({ code, message }) => `${code}: ${message}`);
    },
    close: () => {
      connection.dispose();
      program.kill();
      rmSync(folder, { recursive: true });
    },
  };
}
