import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { API_NAMES, type DialectApi } from './apis.ts';
import type { DeploySettings } from './deploy-settings.ts';

/** The edge function overwrites whatever the viewer sent. */
const VIEWER_ADDRESS_HEADER = 'x-headshot-viewer-ip';

/**
 * A web ACL for every API's stage; regional, so it is in the stack's region. It counts by the viewer's address and not
 * CloudFront's. So avatars have none: the CDN requests them for many viewers. AWS's common rules are left out, because
 * they refuse bodies over 8 KB, as photos are.
 */
export function firewall(scope: Construct, apis: DialectApi[], { wafRequestsPer5Minutes }: DeploySettings): void {
  const acl = new CfnWebACL(scope, 'Firewall', {
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: visibility('Firewall'),
    rules: [
      {
        name: 'TooManyRequests',
        priority: 0,
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: {
          rateBasedStatement: {
            limit: wafRequestsPer5Minutes,
            aggregateKeyType: 'FORWARDED_IP',
            forwardedIpConfig: { headerName: VIEWER_ADDRESS_HEADER, fallbackBehavior: 'NO_MATCH' },
          },
        },
        visibilityConfig: visibility('TooManyRequests'),
      },
      ...['AWSManagedRulesAmazonIpReputationList', 'AWSManagedRulesKnownBadInputsRuleSet'].map((name, index) => ({
        name,
        priority: index + 1,
        overrideAction: { none: {} },
        statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
        visibilityConfig: visibility(name),
      })),
    ],
  });
  for (const { dialect, rest } of apis) {
    new CfnWebACLAssociation(scope, `Firewall-${API_NAMES[dialect]}`, {
      resourceArn: rest.deploymentStage.stageArn,
      webAclArn: acl.attrArn,
    });
  }
}

const visibility = (metricName: string) => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  // Samples would show headers, and tokens in them.
  sampledRequestsEnabled: false,
});
