// Functions that return a constant with the size of a token answer: the cost of the host.
import { constantAnswer } from './constant-answer.ts';
import { registerForEveryRoute } from './register-for-every-route.ts';

registerForEveryRoute(() => constantAnswer);
