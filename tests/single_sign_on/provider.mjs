// A real OpenID Connect provider on loopback, for the tests: whoever is to sign in is named through /control, where keys are
// rotated, the clock is moved and answers are spoilt, too. It prints its address when it listens. Never run it anywhere else.

import { createServer } from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.PROVIDER_FOLDER}/`);
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
const jose = await import(pathToFileURL(require.resolve('jose')));

const settings = JSON.parse(process.env.PROVIDER_SETTINGS);
const people = new Map(); // sub → claims
const state = { next: null, spoilt: null, given: null, tokens: [], silent: false, asked: {}, lean: false };

// --- a clock that can be moved: everything below asks Date ---------------------------------------------------------------

const MachineDate = Date;
let skew = 0;
globalThis.Date = class extends MachineDate {
  constructor(...given) {
    super(...(given.length ? given : [MachineDate.now() + skew]));
  }
  static now() {
    return MachineDate.now() + skew;
  }
};

// --- keys: the newest signs, those before it stay published only if asked ----------------------------------------------

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' };
}
const firstKey = newKey();
let keys = [firstKey];

// --- what is stored outlives a rotation -----------------------------------------------------------------------------------

const stored = new Map();
class Kept {
  constructor(kind) {
    this.kind = kind;
  }
  name(id) {
    return `${this.kind}:${id}`;
  }
  async upsert(id, payload) {
    stored.set(this.name(id), payload);
  }
  async find(id) {
    return stored.get(this.name(id));
  }
  async findByUid(uid) {
    return [...stored].find(([name, row]) => name.startsWith(`${this.kind}:`) && row.uid === uid)?.[1];
  }
  async consume(id) {
    stored.get(this.name(id)).consumed = Math.floor(Date.now() / 1000);
  }
  async destroy(id) {
    stored.delete(this.name(id));
  }
  async revokeByGrantId(grantId) {
    for (const [name, row] of stored) if (row.grantId === grantId) stored.delete(name);
  }
}

// --- the provider ---------------------------------------------------------------------------------------------------------

const LONG = 30 * 86400; // browsers judge cookies by the real clock, while ours may be moved
let provider;
let answer;

function build() {
  provider = new Provider(settings.issuer, {
    adapter: Kept,
    jwks: { keys },
    clients: settings.clients,
    cookies: { keys: ['only-for-the-tests'] },
    conformIdTokenClaims: state.lean,
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    ttl: { Interaction: LONG, Session: LONG, Grant: LONG, AuthorizationCode: 60, AccessToken: 600, IdToken: 300 },
    pkce: { required: () => true, methods: ['S256'] },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    async findAccount(ctx, sub) {
      return people.has(sub) ? { accountId: sub, claims: async () => ({ sub, ...people.get(sub) }) } : undefined;
    },
    async loadExistingGrant(ctx) {
      const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path === '/token' && ctx.body?.id_token) ctx.body.id_token = await spoil(ctx.body);
  });
  answer = provider.callback();
}

// --- answers that an honest provider never gives -----------------------------------------------------------------------

async function spoil(body) {
  state.tokens.push(body.id_token);
  if (state.given) return state.given;
  if (!state.spoilt) return body.id_token;
  return forge({ ...jose.decodeJwt(body.id_token), ...state.spoilt.claims }, state.spoilt);
}

async function forge(claims, { header = {}, signer = 'provider' } = {}) {
  for (const [name, value] of Object.entries(claims)) if (value === null) delete claims[name];
  const head = { alg: 'RS256', kid: keys[0].kid, ...header };
  if (signer === 'nobody') {
    const part = (said) => Buffer.from(JSON.stringify(said)).toString('base64url');
    return `${part(head)}.${part(claims)}.`;
  }
  const published = await jose.exportSPKI(await jose.importJWK({ kty: 'RSA', n: keys[0].n, e: keys[0].e }, 'RS256'));
  const signers = {
    provider: () => jose.importJWK(keys[0], 'RS256'),
    stranger: () => jose.importJWK(newKey(), 'RS256'),
    'the public key': () => new TextEncoder().encode(published),
  };
  return new jose.SignJWT(claims).setProtectedHeader(head).sign(await signers[signer]());
}

// --- whoever signs in does so by being named beforehand -----------------------------------------------------------------

async function interact(request, response) {
  const { prompt } = await provider.interactionDetails(request, response);
  if (prompt.name !== 'login' || !state.next) {
    const said = { error: 'access_denied', error_description: 'nobody was named' };
    return provider.interactionFinished(request, response, said);
  }
  const { sub, amr } = state.next;
  return provider.interactionFinished(request, response, { login: { accountId: sub, amr } });
}

const control = {
  person({ sub, claims }) {
    people.set(sub, claims);
  },
  next({ sub, amr }) {
    state.next = sub ? { sub, amr } : null;
  },
  rotate({ keep = false }) {
    keys = [newKey(), ...(keep ? keys : [])];
    build();
  },
  lean({ lean }) {
    state.lean = lean;
    build();
  },
  skew({ seconds }) {
    skew = seconds * 1000;
  },
  spoil(how) {
    state.spoilt = how;
  },
  give({ id_token }) {
    state.given = id_token;
  },
  silence({ silent }) {
    state.silent = silent;
  },
  forge({ claims, ...how }) {
    return forge(claims, how).then((token) => ({ token }));
  },
  tokens() {
    return { tokens: state.tokens };
  },
  asked() {
    return state.asked;
  },
  reset() {
    Object.assign(state, { next: null, spoilt: null, given: null, tokens: [], silent: false, asked: {}, lean: false });
    skew = 0;
    people.clear();
    stored.clear();
    keys = [firstKey];
    build();
  },
};

async function command(request, response, name) {
  let text = '';
  for await (const part of request) text += part;
  const said = (await control[name](text ? JSON.parse(text) : {})) ?? {};
  response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, settings.issuer);
  const [, first, second] = pathname.split('/');
  if (first === 'control') return command(request, response, second);
  state.asked[pathname] = (state.asked[pathname] ?? 0) + 1;
  if (state.silent) return response.writeHead(503).end();
  return first === 'interaction' ? interact(request, response) : answer(request, response);
});
build();
server.listen(Number(new URL(settings.issuer).port), '127.0.0.1', () => process.stdout.write(`${settings.issuer}\n`));
