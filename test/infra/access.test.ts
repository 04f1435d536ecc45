import { OPENAPI } from '../../src/http/openapi/document.ts';
import { bracketed, readBicep, valuesOf } from './bicep.ts';

/** A file of infra/, a name in it, and every value that stands behind that name, in their order. */
type Row = [file: string, name: string, ...values: string[]];

function expectValues(file: string, name: string, ...values: string[]): void {
  expect(valuesOf(readBicep(`infra/${file}.bicep`), name)).toEqual(values);
}

describe('the network', () => {
  test.each<Row>([
    ['main', 'isolated', 'isolateNetwork ?? preset.isolateNetwork'],
    ['main', 'isolateNetwork', 'isolated', 'isolated'],
    ['main', 'operatorAddresses', 'operatorAddresses'],
    ['modules/storage', 'publicNetworkAccess', "isolateNetwork ? 'Disabled' : 'Enabled'"],
    ['modules/storage', 'defaultAction', "isolateNetwork ? 'Deny' : 'Allow'"],
    ['modules/storage', 'bypass', "'None'"],
    ['modules/vault', 'openToOperatorsAlone', 'isolateNetwork && !empty(operatorAddresses)'],
    ['modules/vault', 'publicNetworkAccess', "isolateNetwork && !openToOperatorsAlone ? 'Disabled' : 'Enabled'"],
    ['modules/vault', 'defaultAction', "isolateNetwork ? 'Deny' : 'Allow'"],
    ['modules/vault', 'bypass', "'None'"],
    ['modules/vault', 'ipRules', '[for address in operatorAddresses: { value: address }]'],
    ['modules/network', 'access', "'Allow'", "'Deny'"],
    ['modules/network', 'sourceAddressPrefix', 'cidrSubnet(addressPrefix, 27, 0)', "'*'"],
    ['modules/network', 'destinationPortRange', "'443'", "'*'"],
  ])('shuts strangers out where it is isolated: %s, %s', expectValues);

  test.each<Row>([
    // Flex Consumption sends from such a subnet alone, and says no more than InternalServerError of another.
    ['modules/network', 'serviceName', "'Microsoft.App/environments'"],
    [
      'main',
      'subnetId',
      'network!.outputs.endpointSubnetId',
      'network!.outputs.endpointSubnetId',
      "isolated ? network!.outputs.appSubnetId : ''",
    ],
    ['modules/function', 'virtualNetworkSubnetId', '!empty(subnetId) ? subnetId : null'],
    ['modules/endpoint', 'groupIds', '[groupId]'],
    ['main', 'groupId', "'blob'", "'vault'"],
    ['main', 'targetId', 'storage.outputs.storageAccountId', 'vault.outputs.vaultId'],
    ['main', 'zoneId', 'network!.outputs.blobZoneId', 'network!.outputs.vaultZoneId'],
  ])('lets the app through to its vault and its storage: %s, %s', expectValues);
});

describe('callers', () => {
  test.each<Row>([
    ['main', 'authentication', '!empty(callerAuth) ? callerAuth : preset.callerAuth'],
    ['main', 'allowedAddresses', 'allowedAddresses'],
    ['modules/function', 'httpsOnly', 'true'],
    ['modules/function', 'ipSecurityRestrictionsDefaultAction', "empty(allowedAddresses) ? 'Allow' : 'Deny'"],
    ['modules/function', 'ipAddress', 'address'],
  ])('reach the app as was chosen: %s, %s', expectValues);

  test.each<Row>([
    ['main', 'usesEasyAuth', "contains(authentication, 'easyauth')"],
    ['main', 'requireAuthentication', "authentication == 'easyauth'"],
    ['main', 'callersTenantId', 'empty(callerTenantId) && empty(powerBiTenantId) ? tenant().tenantId : callerTenantId'],
    ['main', 'tenantId', '!empty(callersTenantId) ? callersTenantId : powerBiTenantId'],
    ['main', 'audience', 'empty(entraAudience) && usesEasyAuth ? easyAuthClientId : entraAudience'],
    ['main', 'allowedAudiences', "split(audience, ',')"],
    ['main', 'allowedApplications', 'callerApplications'],
    ['modules/easy-auth', 'requireAuthentication', 'requireAuthentication'],
    ['modules/easy-auth', 'unauthenticatedClientAction', "requireAuthentication ? 'Return401' : 'AllowAnonymous'"],
    ['modules/easy-auth', 'excludedPaths', 'openPaths'],
    ['modules/easy-auth', 'openIdIssuer', "'${environment().authentication.loginEndpoint}${tenantId}/v2.0'"],
    ['modules/easy-auth', 'allowedAudiences', 'allowedAudiences'],
  ])('pass App Service Authentication, or are turned away: %s, %s', expectValues);

  test('pass App Service Authentication unasked only on the routes that the program opens to anyone', () => {
    const open = Object.entries(OPENAPI.paths)
      .filter(([, path]) => Object.values(path).every(guardsItself))
      .map(([route]) => `/api${route}`);
    const excluded = bracketed(readBicep('infra/modules/easy-auth.bicep'), 'var openPaths = [').match(/[^\s']+/g);
    expect(excluded?.sort()).toEqual(open.sort());
  });
});

/** Whether an operation is open, or asks for the session that it made itself. */
function guardsItself(operation: object): boolean {
  const security = 'security' in operation ? operation.security : undefined;
  return JSON.stringify(security) === '[]' || JSON.stringify(security) === '[{"signInSession":[]}]';
}

describe('whoever is to be told', () => {
  test.each<Row>([
    ['modules/alerts', 'actions', '{ actionGroups: [actionGroup.id] }'],
    ['modules/alerts', 'emailAddress', 'address'],
    ['modules/alerts', 'threshold', 'rule.aboveCount'],
    ['modules/alerts', 'operator', "'GreaterThan'"],
    ['modules/secret-expiry', 'actionGroups', '[actionGroupId]', '[actionGroupId]'],
    ['modules/budget', 'contactGroups', '[actionGroupId]', '[actionGroupId]'],
    ['main', 'actionGroupId', 'alerts!.outputs.actionGroupId', 'alerts!.outputs.actionGroupId'],
  ])('is told: %s, %s', expectValues);

  test('is told of a secret near its end, and again of one that is past it', () => {
    const text = readBicep('infra/modules/secret-expiry.bicep');
    const told = text.matchAll(
      /name: '(secret-[\w-]+)'[\s\S]*?includedEventTypes: \[(.*?)\][\s\S]*?severity: '(\w+)'/g,
    );
    expect([...told].map(([, ...subscription]) => subscription)).toEqual([
      ['secret-near-expiry', "'Microsoft.KeyVault.SecretNearExpiry'", 'Sev2'],
      ['secret-expired', "'Microsoft.KeyVault.SecretExpired'", 'Sev1'],
    ]);
  });
});
