import { runInThisContext } from 'node:vm';

// A test runner gives test files a global object, a `process` and a module system of their own. The app has to live
// in Node's own ones, as it does in the worker: else it reads another `process.env`, and its ArrayBuffers are not
// those of fetch. Outside a test runner these are simply `process` and `node:module`.
export const nodeProcess = runInThisContext('process') as NodeJS.Process;

export const nodeModule = nodeProcess.getBuiltinModule('node:module');
