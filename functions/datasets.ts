import { app } from '@azure/functions';
import { authLevel, handlers } from './app.ts';
import { EVERY_METHOD } from './every-method.ts';

app.http('datasets', { route: 'datasets/{profile?}', authLevel, methods: EVERY_METHOD, handler: handlers.datasets });
