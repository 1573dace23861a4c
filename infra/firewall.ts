import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { API_NAMES, type DialectApi } from './apis.ts';
import type { DeploySettings } from './deploy-settings.ts';

/** The edge function sets it over whatever the viewer sent. */
const VIEWER_ADDRESS_HEADER = 'x-headshot-viewer-ip';

/**
 * A web ACL before every API's stage: regional, so that it lives in the stack's region. The address that is counted is the
 * viewer's, not CloudFront's: so not before avatars, which the CDN asks for in many viewers' name. AWS's common rules are left out on purpose: they turn down bodies over 8 KB, which photos are.
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
  // Samples would show headers, and with them tokens.
  sampledRequestsEnabled: false,
});
