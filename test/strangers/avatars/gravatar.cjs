const [, , base, email] = process.argv;
console.log(require('gravatar').url(email, { cdn: base, s: '48', d: '404', r: 'pg' }));
