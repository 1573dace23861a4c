import { UserError } from './user-error.ts';

/** A running service: where its AWS is, and its stack's outputs. */
export interface Target {
  url: string;
  region: string;
  /** A laptop's emulators; absent for a deployed stack, which is on AWS. */
  aws_endpoint?: string;
  aws_endpoints?: Record<string, string>;
  /** True for a construct in somebody's own stack, whose other resources are not ours. */
  isConstruct?: boolean;
  /** The stack's outputs by logical id, e.g. `TableUsers`. */
  outputs: Record<string, string>;
}

/** An output of the stack. @throws UserError when it is missing because the stack is older than this command */
export function output({ outputs, aws_endpoint }: Target, name: string): string {
  const value = outputs[name];
  if (value !== undefined) return value;
  const remedy = aws_endpoint === undefined ? 'deploy it again' : 'stop it and start it again';
  throw new UserError(`the running stack has no output ${name}; ${remedy}`);
}
