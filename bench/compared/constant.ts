// A function that only returns an answer of a token answer's size: the cost of the platform itself.
import { app } from '@azure/functions';
import { constantAnswer } from './constant-answer.ts';

app.http('token', { route: 'token', authLevel: 'anonymous', methods: ['GET'], handler: () => constantAnswer });
