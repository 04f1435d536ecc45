// A function that gives an answer of a token answer's size and does nothing else: what the platform itself costs.
import { app } from '@azure/functions';
import { constantAnswer } from './constant-answer.ts';

app.http('token', { route: 'token', authLevel: 'anonymous', methods: ['GET'], handler: () => constantAnswer });
