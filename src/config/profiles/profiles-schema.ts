import * as v from 'valibot';
import { CLOUD_NAMES } from '../clouds.ts';
import { guid, httpsUrl, keyVaultName, tenant, text } from '../setting-schemas.ts';
import { grantSchema, nonEmpty } from './grants-schema.ts';

/** The schema of profiles.json; profiles.schema.json is generated from it. */

const secretReference = v.pipe(
  v.strictObject({ secret: keyVaultName }),
  v.description('The name of a secret in the Key Vault of KEY_VAULT_URI.'),
);

const credential = v.pipe(
  v.union(
    [
      secretReference,
      v.strictObject({ certificate: keyVaultName }),
      v.strictObject({
        managedIdentity: guid('the client id of a user-assigned identity'),
        audience: v.optional(
          v.pipe(nonEmpty, v.description('Audience of the federated credential. Default: that of the cloud.')),
        ),
      }),
    ],
    'must be one of { "secret": NAME }, { "certificate": NAME }, { "managedIdentity": CLIENT_ID }',
  ),
  v.description(
    'How the app registration authenticates: with a secret or certificate in Key Vault, or with a user-assigned identity that is its federated credential.',
  ),
);

const cloud = v.optional(
  v.pipe(
    v.picklist(CLOUD_NAMES, `must be one of ${CLOUD_NAMES.join(', ')}`),
    v.description('The national cloud. Default: POWERBI_CLOUD.'),
  ),
);

const issuerMembers = {
  cloud,
  tenantId: v.optional(v.pipe(tenant, v.description('Entra: the tenant id or a domain of the tenant.'))),
  clientId: v.pipe(nonEmpty, v.description('The application (client) id.')),
  credential,
  issuer: v.optional(
    v.pipe(
      httpsUrl,
      v.description('An OpenID provider that is not Entra, found through /.well-known/openid-configuration.'),
    ),
  ),
  tokenEndpoint: v.optional(
    v.pipe(httpsUrl, v.description("Any OAuth 2.0 token endpoint; Entra's v1 endpoint ends in /oauth2/token.")),
  ),
  scope: v.optional(v.pipe(nonEmpty, v.description('The requested scope. Default: the Power BI scope of the cloud.'))),
  resource: v.optional(
    v.pipe(
      nonEmpty,
      v.description("The requested resource, for Entra's v1 endpoint and for issuers that require RFC 8707."),
    ),
  ),
  audience: v.optional(v.pipe(nonEmpty, v.description('The requested audience, for issuers that require it.'))),
  clientAuthentication: v.optional(
    v.picklist(
      ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
      'must be one of client_secret_post, client_secret_basic, private_key_jwt',
    ),
  ),
  parameters: v.optional(
    v.pipe(v.record(v.string(), text), v.description('Additional form parameters of every token request.')),
  ),
} as const;

const powerBiProfileId = v.optional(
  v.pipe(
    guid('the id of a service principal profile'),
    v.description(
      'The id of a service principal profile. Calls to Power BI act as this profile. Access tokens are not issued for it.',
    ),
  ),
);

const clientCredentials = v.strictObject({
  grant: v.literal('client_credentials'),
  ...issuerMembers,
  powerBiProfileId,
});

const password = v.strictObject({
  grant: v.literal('password'),
  ...issuerMembers,
  username: v.pipe(nonEmpty, v.description('The user name of the master user.')),
  password: secretReference,
});

const onBehalfOf = v.strictObject({ grant: v.literal('on_behalf_of'), ...issuerMembers });

const authorizationCode = v.strictObject({ grant: v.literal('authorization_code'), ...issuerMembers });

const managedIdentity = v.strictObject({
  grant: v.literal('managed_identity'),
  cloud,
  clientId: v.optional(
    v.pipe(
      guid('the client id of a user-assigned identity'),
      v.description("The client id of a user-assigned identity. Default: the app's own identity."),
    ),
  ),
  scope: v.optional(nonEmpty),
  powerBiProfileId,
});

const GRANT_TYPES = [
  'client_credentials',
  'password',
  'on_behalf_of',
  'authorization_code',
  'managed_identity',
] as const;

export const profileSchema = v.variant(
  'grant',
  [clientCredentials, password, onBehalfOf, authorizationCode, managedIdentity],
  `must be one of ${GRANT_TYPES.join(', ')}`,
);

export type ProfileInput = v.InferOutput<typeof profileSchema>;
export type IssuerProfileInput = Exclude<ProfileInput, { grant: 'managed_identity' }>;

/** A profile's name is part of URLs and log lines. */
export const profileName = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z\d][A-Za-z\d_-]{0,63}$/,
    'must be 1 to 64 letters, digits, hyphens and underscores, the first a letter or digit',
  ),
);

export const profilesFileSchema = v.pipe(
  v.strictObject({
    $schema: v.optional(v.string()),
    profiles: v.optional(v.record(profileName, profileSchema)),
    grants: v.optional(v.array(grantSchema)),
  }),
  v.title('profiles.json of the Power BI token function'),
);
