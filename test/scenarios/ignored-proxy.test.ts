import { startScenario } from '../support/scenario.ts';

const scenario = startScenario();
const proxy = 'http://proxy.contoso.example:8080';

test.each<[string, Record<string, string>, boolean]>([
  ['only HTTPS_PROXY', { HTTPS_PROXY: proxy }, true],
  ['https_proxy in lower case', { https_proxy: proxy }, true],
  ['HTTPS_PROXY with NODE_USE_ENV_PROXY=0', { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '0' }, true],
  ['HTTPS_PROXY with NODE_USE_ENV_PROXY=1', { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1' }, false],
  ['HTTPS_PROXY with --use-env-proxy', { HTTPS_PROXY: proxy, NODE_OPTIONS: '--use-env-proxy' }, false],
  ['no proxy', {}, false],
])('an ignored proxy is logged at the start: %s', (_, settings, isLogged) => {
  const { log } = scenario.startApp({ settings });
  const warning = {
    event: 'proxy.ignored',
    hint: 'HTTPS_PROXY is set, but Node.js ignores it. Set NODE_USE_ENV_PROXY=1, and NO_PROXY to the host of IDENTITY_ENDPOINT; or remove HTTPS_PROXY.',
  };
  expect(log).toEqual(isLogged ? [warning] : []);
});
