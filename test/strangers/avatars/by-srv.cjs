// The URL of an avatar as Libravatar's clients find it: by the SRV records of the address's own domain.
const [, , dnsServer, email, https] = process.argv;
require('node:dns').setServers([dnsServer]);
require('libravatar')
  .get_avatar_url({ email, size: 48, default: '404', https: https === 'https' })
  .then((url) => console.log(url));
