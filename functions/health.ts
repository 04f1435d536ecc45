import { app } from '@azure/functions';
import { handlers } from './app.ts';
import { EVERY_METHOD } from './every-method.ts';

app.http('health', { route: 'health', authLevel: 'anonymous', methods: EVERY_METHOD, handler: handlers.health });
