import { app } from '@azure/functions';
import { handlers } from './app.ts';
import { EVERY_METHOD } from './every-method.ts';

app.http('signIn', { route: 'auth/sign-in', authLevel: 'anonymous', methods: EVERY_METHOD, handler: handlers.signIn });
