import { runInThisContext } from 'node:vm';

// A test runner gives test files their own global object, `process` and module system. The app must use Node's own, as it
// does in the worker. Otherwise it reads another `process.env`, and its ArrayBuffers differ from those of fetch. Outside
// a test runner these two are `process` and `node:module`.
export const nodeProcess = runInThisContext('process') as NodeJS.Process;

export const nodeModule = nodeProcess.getBuiltinModule('node:module');
