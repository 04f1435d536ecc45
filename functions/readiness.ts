import { app } from '@azure/functions';
import { authLevel, handlers } from './app.ts';
import { EVERY_METHOD } from './every-method.ts';

app.http('readiness', { route: 'health/ready', authLevel, methods: EVERY_METHOD, handler: handlers.readiness });
