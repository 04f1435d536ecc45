import { app } from '@azure/functions';
import { personDatasets } from './app.ts';
import { EVERY_METHOD } from './every-method.ts';

// A route of its own for each profile: the person's session guards it, so the platform must not ask for a key first.
for (const [profile, handler] of personDatasets) {
  app.http(`datasets-${profile}`, {
    route: `datasets/${profile}`,
    authLevel: 'anonymous',
    methods: EVERY_METHOD,
    handler,
  });
}
