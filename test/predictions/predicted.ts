import { readText } from '../infra/repository.ts';
import type { PredictedResource, Prediction } from './compiler.ts';
import { toBicep, type Json } from './to-bicep.ts';

/** The predicted resources of a type, in the order of the templates. */
export function resourcesOf(prediction: Prediction, type: string): readonly PredictedResource[] {
  return prediction.predictedResources.filter((resource) => resource.type === type);
}

/** The one predicted resource of a type. */
export function resourceOf(prediction: Prediction, type: string): PredictedResource {
  const [resource, ...others] = resourcesOf(prediction, type);
  if (resource === undefined || others.length > 0) throw new Error(`${others.length + 1} resources of type ${type}`);
  return resource;
}

/** The app settings of a prediction. A value that only Azure knows is shortened to its last part. */
export function appSettingsOf(prediction: Prediction): Record<string, string> {
  const settings = prediction.predictedResources.find(({ name }) => name.endsWith('/appsettings'))?.properties;
  if (typeof settings !== 'string') throw new Error('the app settings are not the expression of app-settings.bicep');
  const pairs = settings.split("createObject('key', '").slice(1);
  const all = pairs.map((pair): [string, string] => {
    const [, name = '', value = ''] = /^(\w+)', 'value', (.*?)\)(?:, $|\), lambda)/.exec(pair) ?? [];
    return [name, shortened(value)];
  });
  return Object.fromEntries(all.filter(([, value]) => value !== ''));
}

/** `'text'`: text. `reference('…/id-name', '2024-11-30').clientId`: <id-name.clientId>. */
function shortened(expression: string): string {
  const [, text] = /^'(.*)'$/.exec(expression) ?? [];
  return text ?? expression.replaceAll(/reference\('[^']*\/([^'/]+)', '[\d-]+'\)\.([\w.]+)/g, '<$1.$2>');
}

/** A readable prediction: by resource, without repetitions of its id, and without the text of the workbook. */
export function readable(prediction: Prediction): Record<string, Json> {
  const workbook = readText('infra/workbook.json');
  return Object.fromEntries(
    prediction.predictedResources.map(({ id, type, name, ...resource }) => {
      const { properties } = resource;
      const shown = { ...resource, properties: isMap(properties) ? { ...properties } : (properties ?? {}) };
      if (name.endsWith('/appsettings')) shown.properties = appSettingsOf(prediction);
      if (isMap(properties) && properties['serializedData'] === workbook)
        shown.properties = { ...properties, serializedData: 'infra/workbook.json' };
      return [shortId(id, type, name), shown];
    }),
  );
}

function isMap(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortId(id: string, type: string, name: string): string {
  return id.startsWith('[') ? `${type} ${name}` : id.replace(/^\/subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?/, '');
}

/** A prediction as a template, so that the compiler checks the type of every predicted value. */
export function toTemplate({ predictedResources }: Prediction): string {
  const resources = predictedResources.filter(({ type }) => type !== 'Microsoft.Resources/resourceGroups');
  return resources
    .map(({ type, name, apiVersion, ...resource }, index) => {
      const members = Object.entries(resource).filter(([member]) => !['id', 'condition'].includes(member));
      const body = { name: writableName(type, name, index), ...Object.fromEntries(members) } as Record<string, Json>;
      return `resource r${index} '${type}@${apiVersion}' = ${toBicep(body)}\n`;
    })
    .join('\n');
}

/** A name that only Azure knows is replaced by one with the same number of segments. */
function writableName(type: string, name: string, index: number): string {
  return name.startsWith('[') ? type.split('/').slice(1).fill(`name-${index}`).join('/') : name;
}
