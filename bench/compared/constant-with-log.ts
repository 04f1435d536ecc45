// The constant function with one log line per request: the least that a function with an audit trail costs.
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
