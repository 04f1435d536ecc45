// The same, and one line in the log for each request: what a function costs that can say afterwards whom it served.
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
