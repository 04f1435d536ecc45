// The only entry of the app: every function, as a table of contents.
import './token.ts';
import './get-access-token.ts';
import './datasets.ts';
import './person-datasets.ts';
import './sign-in.ts';
import './callback.ts';
import './person-token.ts';
import './sign-out.ts';
import './health.ts';
import './readiness.ts';
import './openapi.ts';
import './protected-resource.ts';
