/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // These need Microsoft's Bicep compiler: jest.predictions.config.js.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/predictions/'],
  transform: {
    '\\.m?[jt]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // These are ES modules only, which Jest cannot require on Node 22.
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|oauth4webapi|oauth2-mock-server|basic-auth|openid-client|@apidevtools/json-schema-ref-parser)/)',
  ],
  // What is packed, and what npm start copies, has a package.json of the same name: Jest would take it for a second project.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.local/'],
  testTimeout: 30_000,
  collectCoverageFrom: ['src/**/*.ts'],
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'json-summary', 'html'],
  // With --coverage, as npm test runs: less is a failure.
  coverageThreshold: { global: { lines: 95, branches: 95 } },
};
