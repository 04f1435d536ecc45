import base from './jest.config.js';

/** @type {import('jest').Config} What infra/ makes, as Microsoft's Bicep compiler predicts it. Run by .ci/predictions. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/predictions/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
};
