import * as z from 'zod';

/**
 * A CloudFormation template, as far as the laptop run reads it. Values may hold intrinsic functions until `stack.ts`
 * resolves them.
 */
const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});

export const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
});

export type Template = z.infer<typeof templateSchema>;
