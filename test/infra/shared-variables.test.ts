import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './repository.ts';

/** Runs the first check of a deployment, in a repository with these variables. */
function refuseSharedVariables(variables: Record<string, string>): { exitCode: number | null; output: string } {
  const script = join(root, '.github/refuse-shared-variables.mjs');
  const env = { ...process.env, VARIABLES: JSON.stringify(variables) };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { env, encoding: 'utf8' });
  return { exitCode: status, output: stdout + stderr };
}

const refusal = (name: string): string =>
  `::error::${name} is a variable of the repository. Set it in each environment, and delete this one.\n`;

describe('the variables of the repository', () => {
  test('may be the stages, the planner, the directory and the subscription', () => {
    const variables = {
      AZURE_PLANNER_CLIENT_ID: 'planner',
      AZURE_SUBSCRIPTION_ID: 'subscription',
      AZURE_TENANT_ID: 'tenant',
      DEPLOY_STAGES: 'test,prod',
      OF_ANOTHER_WORKFLOW: 'POWERBI_CLIENT_ID',
    };
    expect(refuseSharedVariables(variables)).toEqual({ exitCode: 0, output: '' });
  });

  test('may be missing', () => {
    expect(refuseSharedVariables({})).toEqual({ exitCode: 0, output: '' });
  });

  test.each([
    'AZURE_CLIENT_ID',
    'AZURE_RESOURCE_GROUP',
    'CALLER_AUDIENCE',
    'POWERBI_CLIENT_ID',
    'READABLE_SECRET_NAMES',
    'PRIVATE_INBOUND',
  ])('may not be %s: a stage without its own value would use it', (name) => {
    expect(refuseSharedVariables({ [name]: 'of dev' })).toEqual({ exitCode: 1, output: refusal(name) });
  });

  test('are all reported at once', () => {
    const variables = { CORS_ORIGINS: '[]', DEPLOY_STAGES: 'test', POWERBI_TENANT_ID: 'tenant' };
    expect(refuseSharedVariables(variables)).toEqual({
      exitCode: 1,
      output: refusal('CORS_ORIGINS') + refusal('POWERBI_TENANT_ID'),
    });
  });
});
