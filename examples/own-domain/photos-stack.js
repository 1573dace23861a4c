import { Stack } from 'aws-cdk-lib';
import { AaaaRecord, ARecord, PublicHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Headshot } from 'headshot-cdk';

/** A photo service at photos.<domain>, kept when the stack is deleted by mistake. */
export class PhotosStack extends Stack {
  constructor(scope, id, { zoneName, hostedZoneId, certificateArn, ...props }) {
    super(scope, id, { terminationProtection: true, ...props });
    const domainName = `photos.${zoneName}`;

    const photos = new Headshot(this, 'Headshot', { domainName, certificateArn, production: true });

    const zone = PublicHostedZone.fromPublicHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
    const target = RecordTarget.fromAlias(new CloudFrontTarget(photos.distribution));
    new ARecord(this, 'Address', { zone, recordName: domainName, target });
    new AaaaRecord(this, 'Address6', { zone, recordName: domainName, target });
  }
}
