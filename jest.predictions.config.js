import base from './jest.config.js';

/** @type {import('jest').Config} Tests of the resources that Microsoft's Bicep compiler predicts for infra/. Run by .ci/predictions. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/predictions/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
};
