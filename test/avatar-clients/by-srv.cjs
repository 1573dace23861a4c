// The URL of an avatar as Libravatar's clients find it: by the SRV records of the address's own domain.
const [, , dnsServer, email, https] = process.argv;
require('node:dns').setServers([dnsServer]);
require('libravatar').url({ email, size: 48, default: '404', https: https === 'https' }, (error, url) => {
  if (error) throw error;
  console.log(url);
});
