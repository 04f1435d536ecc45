import { app } from '@azure/functions';
import { handlers } from './app.ts';
import { EVERY_METHOD } from './every-method.ts';

app.http('callback', {
  route: 'auth/callback',
  authLevel: 'anonymous',
  methods: EVERY_METHOD,
  handler: handlers.callback,
});
