import type { DoctorContext } from './context.ts';

/** The CDK's logical ids end in eight digits of a hash. */
export const plainId = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

export const ofType = async ({ account }: DoctorContext, type: string) =>
  (await account.resources()).filter((resource) => resource.type === type);

/** The service's own functions, without the CDK's. */
export const functionsOf = async (context: DoctorContext) =>
  (await ofType(context, 'AWS::Lambda::Function')).filter(({ logicalId }) => /^On[A-Z]/.test(logicalId));
