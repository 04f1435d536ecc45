import { app } from '@azure/functions';
import { handlers } from './app.ts';
import { EVERY_METHOD } from './every-method.ts';

app.http('personToken', {
  route: 'auth/token',
  authLevel: 'anonymous',
  methods: EVERY_METHOD,
  handler: handlers.personToken,
});
