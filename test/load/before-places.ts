import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The maxima of the event source mappings, and the receives before a dead letter, before they followed from the
 * account's places.
 */
const MAXIMA: Record<string, number> = { Jobs: 5, Bulk: 2, Intake: 2, Sweeps: 2 };
const RECEIVES = 4;
/** No wait ends early because of it. */
const NEVER_BUSY = '1000000';

interface Properties {
  MethodSettings?: unknown;
  ResponseType?: string;
  ScalingConfig?: { MaximumConcurrency: number };
  EventSourceArn?: { 'Fn::GetAtt': [string, string] };
  RedrivePolicy?: { maxReceiveCount: number };
  Environment?: { Variables: Record<string, string> };
}

/** Takes the throttles out of a template, and all that goes with them, to show what they do under the same load. */
export function asBefore(templateFile: string): void {
  const template: { Resources: Record<string, { Type: string; Properties: Properties }> } = JSON.parse(
    readFileSync(templateFile, 'utf8'),
  );
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::ApiGateway::Stage') delete Properties.MethodSettings;
    if (Properties?.ResponseType === 'INTEGRATION_FAILURE') delete template.Resources[id];
    if (Properties?.RedrivePolicy) Properties.RedrivePolicy.maxReceiveCount = RECEIVES;
    const queue = Properties?.EventSourceArn?.['Fn::GetAtt'][0].replace(/[0-9A-F]{8}$/, '');
    if (Properties?.ScalingConfig) Properties.ScalingConfig.MaximumConcurrency = MAXIMA[queue ?? ''] ?? 2;
    const variables = Properties?.Environment?.Variables;
    if (variables?.HEADSHOT_JOB_PLACES !== undefined) variables.HEADSHOT_JOB_PLACES = NEVER_BUSY;
  }
  writeFileSync(templateFile, JSON.stringify(template));
}
