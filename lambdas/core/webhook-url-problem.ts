import type { UrlProblem } from './webhook.ts';

/** Why a webhook cannot have this URL, for people. @param ports the ones allowed for a public address */
export function urlProblemMessage(problem: UrlProblem, ports: readonly number[]): string {
  switch (problem) {
    case 'no-url':
      return 'that is no address; it must be a URL like https://app.example.com/hooks';
    case 'not-https':
      return 'the address must begin with https:// (http:// is for a laptop run, and its own loopback addresses)';
    case 'bad-port':
      return `the address names another port than ${ports.join(', ')}; the setting webhookPorts says which there may be`;
    case 'has-credentials':
      return 'the address holds a name or a password; messages are signed instead';
    case 'has-fragment':
      return 'the address holds a fragment (#…), which is never sent';
    case 'too-long':
      return 'the address has more than 2,000 characters';
    case 'not-public':
      return 'the address is private, of a link or of this machine; nothing is sent there';
  }
}
