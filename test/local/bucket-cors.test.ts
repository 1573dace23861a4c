import { expect, test } from '@jest/globals';
import { bucketCors } from '../../local/bucket-cors.ts';
import { openStack } from '../../local/stack.ts';
import { copyOf } from '../template-copy.ts';
import { resource } from './hand-made.ts';

const rule = (over: object = {}) => ({
  AllowedMethods: ['POST'],
  AllowedOrigins: ['*'],
  AllowedHeaders: ['*'],
  MaxAge: 3600,
  ...over,
});
const bucket = (...CorsRules: object[]) => resource('AWS::S3::Bucket', { CorsConfiguration: { CorsRules } });
const TEMPLATE = copyOf({
  Resources: {
    Open: bucket(rule()),
    Some: bucket(rule({ AllowedOrigins: ['https://*.example.com'], AllowedHeaders: ['content-*'] })),
    Shut: resource('AWS::S3::Bucket', {}),
  },
});
const endpoints = { s3: '', sqs: '', sns: '', dynamodb: '', secretsmanager: '', cloudfront: '' };
const cors = bucketCors(openStack(TEMPLATE, 'Hand', endpoints, () => ''));
const asks = (origin: string, method: string, headers = '') => ({
  origin,
  'access-control-request-method': method,
  ...(headers !== '' && { 'access-control-request-headers': headers }),
});

test('any page may send a form where any may', () => {
  expect(cors.preflight('open', asks('https://a.example', 'POST', 'x-one, X-Two'))).toEqual({
    status: 200,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'x-one, x-two',
      'access-control-max-age': '3600',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    },
  });
  expect(cors.headers('open', 'POST', 'https://a.example')).toMatchObject({ 'access-control-allow-origin': '*' });
  expect(cors.headers('open', 'POST', undefined)).toEqual({});
});

test('one star stands for anything, and a named site is told by name', () => {
  expect(cors.preflight('some', asks('https://a.example.com', 'POST', 'content-type')).headers).toMatchObject({
    'access-control-allow-origin': 'https://a.example.com',
    'access-control-allow-credentials': 'true',
  });
});

test.each([
  ['another method', 'open', asks('https://a.example', 'PUT'), 'This CORS request is not allowed'],
  ['another site', 'some', asks('https://example.com', 'POST'), 'This CORS request is not allowed'],
  ['another header', 'some', asks('https://a.example.com', 'POST', 'x-one'), 'This CORS request is not allowed'],
  [
    'a bucket without a configuration',
    'shut',
    asks('https://a.example', 'POST'),
    'CORS is not enabled for this bucket',
  ],
])('%s is refused', (_name, name, headers, message) => {
  expect(cors.preflight(name, headers)).toMatchObject({
    status: 403,
    headers: {},
    message: expect.stringContaining(message),
  });
  expect(cors.headers('shut', 'POST', 'https://a.example')).toEqual({});
});
