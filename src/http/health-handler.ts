import type { Handler } from './handler.ts';
import { respondJson } from './respond.ts';

/** `/health`: the process answers. It reveals nothing and calls nothing, so it is open to anyone. */
export const handleHealth: Handler = () => respondJson({ status: 'pass' }, { contentType: 'application/health+json' });
