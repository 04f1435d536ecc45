import { PATHS } from './paths.ts';
import { SCHEMAS } from './schemas.ts';

/** What this program answers, as OpenAPI 3.1. */
export const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Power BI token function',
    version: '0.1.0',
    description: 'Power BI access tokens, without the secret behind them.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/api' }],
  security: [{ functionKey: [] }, { entra: [] }, { easyAuth: [] }],
  tags: [
    { name: 'tokens', description: 'Power BI access tokens' },
    { name: 'power-bi', description: 'What a token can see' },
    { name: 'sign-in', description: "People's own tokens" },
    { name: 'health', description: 'Whether it works, and how it is used' },
  ],
  paths: PATHS,
  components: {
    securitySchemes: {
      functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'With CALLER_AUTH=key.' },
      entra: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'With CALLER_AUTH=entra.' },
      easyAuth: {
        type: 'apiKey',
        in: 'cookie',
        name: 'AppServiceAuthSession',
        description: 'With CALLER_AUTH=easyauth: App Service Authentication in front.',
      },
      signInSession: {
        type: 'apiKey',
        in: 'cookie',
        name: '__Host-powerbi-session-PROFILE.0',
        description: 'Set by /auth/callback.',
      },
    },
    schemas: SCHEMAS,
  },
};
