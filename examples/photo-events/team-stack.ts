import { join } from 'node:path';
import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { Headshot } from 'headshot-cdk';

/** A table of people with the URL of each one's photo. A function updates it whenever a photo changes. */
export class TeamStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const photos = new Headshot(this, 'Photos');

    const people = new Table(this, 'People', {
      partitionKey: { name: 'user_id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });

    const logGroup = new LogGroup(this, 'OnPhotoLogs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'OnPhotoRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const onPhoto = new Lambda(this, 'OnPhoto', {
      runtime: Runtime.NODEJS_24_X,
      code: Code.fromAsset(join(import.meta.dirname, 'on-photo')),
      handler: 'index.handler',
      environment: { PEOPLE_TABLE: people.tableName, PHOTOS_URL: photos.url },
      role,
      logGroup,
    });
    people.grant(onPhoto, 'dynamodb:UpdateItem');
    photos.photoEvents.addSubscription(new LambdaSubscription(onPhoto));
  }
}
