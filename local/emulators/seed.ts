/** The data of the stand-ins at their start. The ids are made up, and the same on every machine. */
export const seed = {
  tenantId: '3f1c9a52-7a4e-4b0d-9d52-0c1e5a7b8d11',
  tenantDomain: 'contoso.onmicrosoft.example',

  /** The app registration of the `default` profile. */
  app: {
    clientId: '8d2b6f04-51c3-4e9a-a7f6-2b9c0d1e3f22',
    objectId: '6e0a4c71-93bd-4f25-8c14-5d7e9f0a1b23',
    secretName: 'powerbi-client-secret',
    /** It contains characters that need encoding in forms, JSON and shells. */
    secret: 'Kq8~+&%=/ \'"ü?#<local-only>',
    secretExpiresInDays: 180,
  },

  /** The function app's system-assigned identity. It may read the vault, and it is a member of the workspace. */
  systemAssignedIdentity: {
    clientId: 'b7e41d90-0f6a-4c38-91e2-3a5c7d8e9f33',
    principalId: 'c05f2e81-6d7b-4a19-b8c3-4e6f8a9b0c34',
  },

  /** A user-assigned identity. It is a federated credential of the second registration and may read the vault. */
  userAssignedIdentity: {
    clientId: 'd1a93b72-2c8e-4f50-86a4-5f7e9b0c1d44',
    principalId: 'e24b7c63-8f9d-4061-97b5-6a8f0c1d2e45',
    resourceId:
      '/subscriptions/82d0eb4d-d4a2-4b0b-b1df-6e8dafb1c2d4/resourceGroups/powerbi-tokens/providers/Microsoft.ManagedIdentity/userAssignedIdentities/powerbi-tokens',
  },

  /** The registration for people. It is also an API, so that it can act on behalf of callers. */
  personApp: {
    clientId: 'f46d5e54-4b1f-4a72-a8c6-7b9a1d2e3f55',
    objectId: '0a7e6f45-5c2a-4b83-b9d7-8c0b2e3f4a56',
    secretName: 'powerbi-person-app-secret',
    secret: 'person+app/secret=%7E~local-only',
    certificateName: 'powerbi-person-app-certificate',
    redirectUri: 'http://localhost:7071/api/auth/callback',
  },

  /** A single-page application: its pages sign people in by themselves (MSAL.js) and call the API of `personApp`. */
  browserApp: {
    clientId: '93e1fc5e-e5b3-4c1c-82f0-7f9ebfb2c3d5',
    objectId: 'a4f2ad6f-f6c4-4d2d-93a1-80afcac3d4e6',
    /** Entra ignores the port of http://localhost. */
    redirectUri: 'http://localhost:3000/',
  },

  users: {
    /** Signs in without further prompts. She is also the master user of the password grant type. */
    ada: {
      upn: 'ada@contoso.onmicrosoft.example',
      password: 'correct horse + battery & staple',
      passwordSecretName: 'powerbi-master-user-password',
      oid: '1b8f7a36-6d3b-4c94-8ae8-9d1c3f4a5b67',
    },
    grace: {
      upn: 'grace@contoso.onmicrosoft.example',
      password: 'another-password',
      oid: '2c9a8b27-7e4c-4da5-9bf9-0e2d4a5b6c78',
    },
  },

  cookieKeySecretName: 'sign-in-cookie-key',

  workspace: {
    id: '3dab9c18-8f5d-4eb6-acea-1f3e5b6c7d89',
    salesDatasetId: '4ebcad09-906e-4fc7-bdfb-2a4f6c7d8e90',
    /** With row-level security: an embed token for it needs an identity. */
    payrollDatasetId: '5fcdbe1a-a17f-40d8-8eac-3b5a7d8e9fa1',
    salesReportId: '60decf2b-b280-41e9-9fbd-4c6b8e9fa0b2',
    payrollReportId: '71efd03c-c391-42fa-a0ce-5d7c9fa0b1c3',
    /** Paginated: it reads the sales dataset. */
    invoiceReportId: '82f0e14d-d4a2-43fb-91df-6e8daab1c2d4',
    dashboardId: '9301f25e-e5b3-44fc-82e0-7f9ebbc2d3e5',
    salesTileId: 'a412036f-f6c4-45fd-93f1-8a0fccd3e4f6',
    textTileId: 'b5231470-07d5-46fe-84a2-9b1adde4f507',
  },
} as const;
