/** A finding of cdk-nag that stands, where, and why. `where` is the construct's path in the stack. */
interface Acknowledged {
  rule: string;
  where: string[];
  reason: string;
}

const ROLES_WITH_PICTURES = ['RoleOnChange', 'RoleOnJob', 'RoleOnImport'];
const APIS = ['ApiSlack', 'ApiTwitter', 'ApiOwn'];
/** The CDK's own function that fills the page's bucket. Only CloudFormation calls it, while it deploys. */
const PAGE_FILES = ['RolePageFiles'];
const PAGE_FILES_REASON =
  "The CDK's own grants to its function that puts the page's files into place: read the assets, write the page's bucket, no other.";

/** Every finding of the AwsSolutions pack in the default stack. One that goes away must leave this list too. */
export const ACKNOWLEDGED: Acknowledged[] = [
  {
    rule: 'AwsSolutions-S1',
    where: ['Raw', 'Photos', 'Imports', 'Site'],
    reason:
      "Access logs of S3 would cost more than the photos (a line a request), and would hold people's addresses. Only our functions and CloudFront reach the buckets; CloudTrail data events can be turned on where an audit asks for them.",
  },
  {
    rule: 'AwsSolutions-SMG4',
    where: ['Master', 'Origin'],
    reason:
      'Rotating on a schedule would change the tokens that people hold. Both secrets are random, 380 bits, read by roles only; rotation is a deliberate act.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<Raw.Arn>/raw/*]',
    where: [...ROLES_WITH_PICTURES, 'RoleOnSweep'],
    reason: 'Each upload is an object of its own; no right on the rest of the bucket.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<Photos.Arn>/*]',
    where: ['RoleOnChange', 'RoleOnJob', 'RoleOnSweep'],
    reason:
      'Each picture is an object of its own, named by user and version. Change and sweep may only delete, the worker also put.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<Imports.Arn>/imports/*]',
    where: ['RoleOnImport', 'RoleOnSweep'],
    reason: 'People name the files of an import; import may only read, sweep only delete.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<Imports.Arn>/manifests/*]',
    where: ['RoleOnImport', 'RoleOnSweep'],
    reason: 'The same for folders with a manifest.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<Imports.Arn>/direct/*]',
    where: ['RoleOnChange', 'RoleOnImport', 'RoleOnSweep'],
    reason:
      'Each file that comes by ticket is an object of its own. Change signs the forms that put it, import reads and removes it, sweep removes those of erased users.',
  },
  {
    rule: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    where: ['RoleApiGatewayLogs'],
    reason: "AWS's own policy for this: API Gateway makes log groups by itself, whose names no stack knows.",
  },
  {
    rule: 'AwsSolutions-APIG6',
    where: APIS,
    reason: "Execution logs would write people's tokens and pictures down. Each request is in the access log.",
  },
  {
    rule: 'AwsSolutions-APIG2',
    where: APIS,
    reason:
      "Bodies are pictures in forms: the functions read them under bounds, and word refusals as each dialect's clients expect.",
  },
  {
    rule: 'AwsSolutions-APIG3',
    where: APIS,
    reason:
      'A setting: `-c waf=true` puts one before every stage. Off by default, for it costs ten dollars a month where an idle service costs a few.',
  },
  {
    rule: 'AwsSolutions-APIG4',
    where: APIS,
    reason:
      "Callers bring Slack tokens or OAuth 1.0a signatures over the request itself, which the functions verify, and answer in the dialect's words.",
  },
  { rule: 'AwsSolutions-COG4', where: APIS, reason: 'The same: these are not users of Cognito.' },
  { rule: 'AwsSolutions-CFR1', where: ['Host'], reason: 'Photos are for people anywhere.' },
  {
    rule: 'AwsSolutions-CFR2',
    where: ['Host'],
    reason:
      'The web ACL of `waf=true` stands before the APIs, in the region of the stack; one on CloudFront must be in us-east-1, a second stack. Behind it are public photos and the page only.',
  },
  {
    rule: 'AwsSolutions-CFR3',
    where: ['Host'],
    reason:
      "The log would hold every viewer's address, and cost a bucket that is written at each view. CloudFront's metrics are on the dashboard.",
  },
  {
    rule: 'AwsSolutions-CFR4',
    where: ['Host'],
    reason:
      "CloudFront's own name has no choice of TLS version. With `domainName` it is TLS 1.2 at least (deploy-settings.test.ts).",
  },
  ...[
    'Action::s3:GetBucket*',
    'Action::s3:GetObject*',
    'Action::s3:List*',
    'Action::s3:Abort*',
    'Action::s3:DeleteObject*',
  ].map((finding) => ({ rule: `AwsSolutions-IAM5[${finding}]`, where: PAGE_FILES, reason: PAGE_FILES_REASON })),
  ...[
    'Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*',
    'Resource::<Site.Arn>/*',
  ].map((finding) => ({ rule: `AwsSolutions-IAM5[${finding}]`, where: PAGE_FILES, reason: PAGE_FILES_REASON })),
  {
    rule: 'AwsSolutions-L1',
    where: ['Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C'],
    reason:
      "The CDK's own function chooses its runtime, and moves on with the CDK. Ours run on Node.js 24, the newest.",
  },
];
