import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { ofType } from '../synthesized.ts';
import { at, listAt, said } from '../template-parts.ts';

const BUILT = join(PROJECT, 'dist/web');

describe('the page', () => {
  test('goes into its bucket: hashed files for a year, then the document that is always asked for again', () => {
    const deployments = Object.entries(ofType('Custom::CDKBucketDeployment'));
    expect(
      deployments.map(([id, one]) => [
        id,
        said(at(one, 'DestinationBucketName')),
        at(one, 'SystemMetadata', 'cache-control'),
        at(one, 'Prune'),
      ]),
    ).toEqual([
      ['PageAssetsCustomResource', 'Site', 'public, max-age=31536000, immutable', false],
      ['PageDocumentCustomResource', 'Site', 'no-cache', false],
    ]);
  });

  test('is put there by a function that may write to that bucket and no other', () => {
    const policies = Object.values(ofType('AWS::IAM::Policy')).filter((policy) =>
      listAt(policy, 'Roles').some((role) => said(role) === 'RolePageFiles'),
    );
    const writes = policies
      .flatMap((policy) => listAt(policy, 'PolicyDocument', 'Statement'))
      .filter((statement) => listAt(statement, 'Action').some((action) => /Put|Delete|Create/.test(String(action))));
    expect(writes.flatMap((statement) => listAt(statement, 'Resource').map(said)).sort()).toEqual([
      'LogsPageFiles',
      'Site',
      'Site/*',
    ]);
  });

  test('is served with a policy that lets nothing in but its own files, and photos out to one bucket', () => {
    const config = at(ofType('AWS::CloudFront::ResponseHeadersPolicy').PageHeaders, 'ResponseHeadersPolicyConfig');
    const security = at(config, 'SecurityHeadersConfig');
    const policy = said(at(security, 'ContentSecurityPolicy', 'ContentSecurityPolicy')).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]),
    );
    const toBucket = "connect-src 'self' https://Imports.s3.AWS::Region.AWS::URLSuffix";
    expect(policy.filter((one) => /unsafe|\*|https?:/.test(one))).toEqual([toBucket]);
    expect(security).toMatchObject({
      ContentTypeOptions: { Override: true },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer' },
      FrameOptions: { FrameOption: 'DENY' },
    });
    expect(at(config, 'CustomHeadersConfig', 'Items')).toContainEqual(
      expect.objectContaining({ Header: 'Permissions-Policy', Value: expect.stringContaining('camera=(self)') }),
    );
    const host = at(ofType('AWS::CloudFront::Distribution').Host, 'DistributionConfig', 'DefaultCacheBehavior');
    expect(said(at(host, 'ResponseHeadersPolicyId'))).toBe('PageHeaders');
  });

  test('loads nothing from elsewhere, and has no script or style of its own in the document', () => {
    const html = readFileSync(join(BUILT, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|(?:src|href)="(?:https?:)?\/\//);
    const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(named.length).toBeGreaterThanOrEqual(3);
    for (const path of named) expect([path, existsSync(join(BUILT, path))]).toEqual([path, true]);
    expect(readdirSync(BUILT).sort()).toEqual(['assets', 'index.html']);
  });
});
