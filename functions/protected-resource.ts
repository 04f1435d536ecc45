import { app } from '@azure/functions';
import { handlers } from './app.ts';
import { EVERY_METHOD } from './every-method.ts';

app.http('protectedResource', {
  route: '.well-known/oauth-protected-resource',
  authLevel: 'anonymous',
  methods: EVERY_METHOD,
  handler: handlers.protectedResource,
});
