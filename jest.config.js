/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // These tests need Microsoft's Bicep compiler: jest.predictions.config.js.
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
  // These packages are ES modules, which Jest cannot require on Node.js 22.
  transformIgnorePatterns: [
    '/node_modules/(?!(jose|oauth4webapi|oauth2-mock-server|basic-auth|openid-client|@apidevtools/json-schema-ref-parser)/)',
  ],
  // The package and the copies of npm start and of mutation tests contain a package.json with the same name, which Jest would
  // report as a duplicate.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.local/', '<rootDir>/.stryker/'],
  testTimeout: 30_000,
  // Jest itself leaves one core free, which on two cores means one worker. Most tests wait for a server.
  maxWorkers: '100%',
  collectCoverageFrom: ['src/**/*.ts'],
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'json-summary', 'html'],
  // `npm test` (with --coverage) fails below these values.
  coverageThreshold: { global: { lines: 95, branches: 95 } },
};
