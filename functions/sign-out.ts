import { app } from '@azure/functions';
import { handlers } from './app.ts';
import { EVERY_METHOD } from './every-method.ts';

app.http('signOut', {
  route: 'auth/sign-out',
  authLevel: 'anonymous',
  methods: EVERY_METHOD,
  handler: handlers.signOut,
});
