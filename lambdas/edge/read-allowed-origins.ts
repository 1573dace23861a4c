import * as z from 'zod/mini';

/** How a deployment tells its functions whose pages may call `/v1`: a JSON list of origins. @throws when it is none. */
export const readAllowedOrigins = (json: string): string[] => z.array(z.string()).parse(JSON.parse(json));
