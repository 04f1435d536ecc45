// npm run clients: writes the files under clients/ that are generated from the OpenAPI document. An argument names another
// folder to write into.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { createPostmanCollection, createPostmanEnvironment } from './create-postman-collection.ts';
import { createConnectorDefinition } from './create-power-automate-connector.ts';

const files: Readonly<Record<string, object>> = {
  'clients/power-automate/apiDefinition.swagger.json': createConnectorDefinition(),
  'clients/postman/powerbi-token-function.postman_collection.json': createPostmanCollection(),
  'clients/postman/local.postman_environment.json': createPostmanEnvironment(),
};

const [, , folder = '.'] = process.argv;
for (const [path, content] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  const options = { ...(await resolveConfig(path)), filepath: path };
  writeFileSync(join(folder, path), await format(JSON.stringify(content), options));
}
