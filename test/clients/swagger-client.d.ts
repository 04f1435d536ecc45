declare module 'swagger-client' {
  /** The package has no types of its own: this is what the tests use of it. */
  export default function createClient(options: {
    readonly spec: object;
    readonly authorizations: object;
  }): Promise<{ execute(request: object): Promise<unknown> }>;
}
