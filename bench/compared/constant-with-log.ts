// The constant function with one log line per request: the minimum cost of a function with an audit trail.
import { app } from '@azure/functions';
import { constantAnswer } from './constant-answer.ts';

const line = 'x'.repeat(Number(process.env['BENCH_LINE_LENGTH']));

app.http('token', {
  route: 'token',
  authLevel: 'anonymous',
  methods: ['GET'],
  handler: (_request, invocation) => {
    invocation.info(line);
    return constantAnswer;
  },
});
