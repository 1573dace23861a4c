import type { DoctorContext } from './context.ts';

/** Logical ids of the CDK end in eight digits of a hash. */
export const plainId = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

export const ofType = async ({ account }: DoctorContext, type: string) =>
  (await account.resources()).filter((resource) => resource.type === type);

/** The service's own functions, not those that the CDK brings along. */
export const functionsOf = async (context: DoctorContext) =>
  (await ofType(context, 'AWS::Lambda::Function')).filter(({ logicalId }) => /^On[A-Z]/.test(logicalId));
