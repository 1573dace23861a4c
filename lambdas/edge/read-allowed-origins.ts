import * as z from 'zod/mini';

/** Reads the sites whose pages may call `/v1`: a JSON list of origins. @throws if it is not one */
export const readAllowedOrigins = (json: string): string[] => z.array(z.string()).parse(JSON.parse(json));
