import { type Compiler, startCompiler } from './compiler.ts';
import { readable, toTemplate } from './predicted.ts';

const registration = {
  POWERBI_TENANT_ID: '00000000-0000-0000-0000-00000000cccc',
  POWERBI_CLIENT_ID: '00000000-0000-0000-0000-00000000dddd',
};
const entra = { CALLER_AUDIENCE: 'api://token-api,token-api' };
const operators = { VAULT_OFFICER_ID: 'rotators', OPERATOR_ADDRESSES: '203.0.113.7/32' };
const alerts = { ALERT_EMAILS: 'on-call@contoso.com', MONTHLY_BUDGET: '50', BUDGET_START_DATE: '2026-12-01' };

/** Deployments, by the variables that a person or a workflow sets. The expected resources are in `__snapshots__`. */
const deployments = {
  dev: { STAGE: 'dev', ...registration },
  test: { STAGE: 'test', ...registration, ...entra, ALERT_EMAILS: 'team@contoso.com' },
  prod: { STAGE: 'prod', ...registration, ...entra, ...operators, ...alerts },
  isolated: {
    STAGE: 'dev',
    ...registration,
    ISOLATE_NETWORK: 'true',
    OPERATOR_NETWORKS: '10.1.0.0/16',
    PRIVATE_INBOUND: 'true',
  },
  easyauth: { STAGE: 'test', ...registration, CALLER_AUTH: 'easyauth', CALLER_CLIENT_ID: 'token-api' },
  azd: { AZURE_ENV_NAME: 'trial', AZURE_LOCATION: 'westeurope', ...registration },
};

describe.each(Object.entries(deployments))('the deployment %s', (name, environment) => {
  let compiler: Compiler;
  beforeAll(() => {
    compiler = startCompiler(environment);
  });
  afterAll(() => {
    compiler.close();
  });

  test('makes exactly the expected resources, and each value has the type that Azure requires', async () => {
    const file = name === 'azd' ? 'subscription.bicepparam' : 'main.bicepparam';
    const prediction = await compiler.predictFile(file);
    expect(prediction.diagnostics).toEqual([]);
    expect(readable(prediction)).toMatchSnapshot();
    expect(await compiler.diagnose(toTemplate(prediction))).toEqual([]);
  });
});
