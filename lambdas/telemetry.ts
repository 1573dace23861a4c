import { Logger } from '@aws-lambda-powertools/logger';

/**
 * One structured logger a process: JSON lines with the request's id. Never give it a token, a header, a body or image
 * bytes: what is logged is named field by field.
 */
export const logger = new Logger({ serviceName: 'headshot' });
