declare module 'swagger-client' {
  /** The package has no types. These are for the parts that the tests use. */
  export default function createClient(options: {
    readonly spec: object;
    readonly authorizations: object;
  }): Promise<{ execute(request: object): Promise<unknown> }>;
}
