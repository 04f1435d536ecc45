import base from './jest.config.js';

/** The tests that need a Chromium: `npm run test:browser`. @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/**/chromium/*.spec.ts'],
};
