import { app } from '@azure/functions';
import { handlers } from './app.ts';
import { EVERY_METHOD } from './every-method.ts';

app.http('openapi', {
  route: 'openapi.json',
  authLevel: 'anonymous',
  methods: EVERY_METHOD,
  handler: handlers.openApi,
});
