import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';

/** A deployed stack's region and outputs. */
interface DeployedStack {
  region: string;
  /** By logical id, e.g. `TableUsers`. */
  outputs: Record<string, string>;
}

/** A stack in the caller's account and region; undefined if there is none. The SDK finds credentials and region. */
export async function deployedStack(name: string): Promise<DeployedStack | undefined> {
  const client = new CloudFormationClient();
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const outputs = (Stacks?.[0]?.Outputs ?? []).flatMap(({ OutputKey, OutputValue }) =>
      OutputKey === undefined || OutputValue === undefined ? [] : [[OutputKey, OutputValue] as const],
    );
    return { region: await client.config.region(), outputs: Object.fromEntries(outputs) };
  } catch (error) {
    // CloudFormation has no error code for this.
    const isUnknown =
      error instanceof CloudFormationServiceException &&
      error.name === 'ValidationError' &&
      error.message.includes('does not exist');
    if (isUnknown) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
