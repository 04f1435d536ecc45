// A function that only returns an answer with the size of a token answer: the cost of the host.
import { app } from '@azure/functions';
import { constantAnswer } from './constant-answer.ts';

app.http('token', { route: 'token', authLevel: 'anonymous', methods: ['GET'], handler: () => constantAnswer });
