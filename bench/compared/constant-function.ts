// The smallest app: one function that returns a constant.
import { app } from '@azure/functions';
import { constantAnswer } from './constant-answer.ts';

app.http('token', { route: 'token', authLevel: 'anonymous', methods: ['GET'], handler: () => constantAnswer });
