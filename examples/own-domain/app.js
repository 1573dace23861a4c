import { App } from 'aws-cdk-lib';
import { PhotosStack } from './photos-stack.js';

// The domain's name, its hosted zone, and a certificate for photos.<domain> in us-east-1. Put yours here.
new PhotosStack(new App(), 'Photos', {
  zoneName: 'example.com',
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef',
});
