// Functions that return a constant and write one log line per request: the minimum cost of an app with an audit trail.
import { constantAnswer } from './constant-answer.ts';
import { registerForEveryRoute } from './register-for-every-route.ts';

const line = 'x'.repeat(Number(process.env['BENCH_LINE_LENGTH']));

registerForEveryRoute((_request, invocation) => {
  invocation.info(line);
  return constantAnswer;
});
