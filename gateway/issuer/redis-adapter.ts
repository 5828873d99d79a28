import type { Redis } from 'ioredis';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

/**
 * What the embedded issuer remembers between requests (sessions, codes, grants), in Redis: all nodes share it, and
 * every entry ends by itself.
 */

const GRANTABLE = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', 'DeviceCode']);
/** For entries that the library gives no end: none of the models in use should, but nothing may stay for ever. */
const LONGEST_SECONDS = 14 * 24 * 3_600;

class RedisAdapter implements Adapter {
  private readonly redis: Redis;
  private readonly prefix: string;
  private readonly model: string;

  constructor(redis: Redis, prefix: string, model: string) {
    this.redis = redis;
    this.prefix = prefix;
    this.model = model;
  }

  private key(id: string): string {
    return `${this.prefix}${this.model}:${id}`;
  }

  private indexKey(index: 'grant' | 'uid' | 'userCode', id: string): string {
    return `${this.prefix}${index}:${id}`;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const key = this.key(id);
    const seconds = Math.max(1, Math.min(expiresIn || LONGEST_SECONDS, LONGEST_SECONDS));
    const all = this.redis.multi().set(key, JSON.stringify(payload), 'EX', seconds);
    if (payload.grantId !== undefined && GRANTABLE.has(this.model)) {
      const grant = this.indexKey('grant', payload.grantId);
      all.sadd(grant, key).expire(grant, LONGEST_SECONDS);
    }
    if (payload.uid !== undefined) all.set(this.indexKey('uid', payload.uid), id, 'EX', seconds);
    if (payload.userCode !== undefined) all.set(this.indexKey('userCode', payload.userCode), id, 'EX', seconds);
    await all.exec();
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const text = await this.redis.get(this.key(id));
    return text === null ? undefined : (JSON.parse(text) as AdapterPayload);
  }

  private async findBy(index: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> {
    const id = await this.redis.get(this.indexKey(index, value));
    return id === null ? undefined : this.find(id);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.findBy('uid', uid);
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.findBy('userCode', userCode);
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id);
    if (payload === undefined) return;
    await this.redis.set(
      this.key(id),
      JSON.stringify({ ...payload, consumed: Math.floor(Date.now() / 1_000) }),
      'KEEPTTL',
    );
  }

  async destroy(id: string): Promise<void> {
    await this.redis.del(this.key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const grant = this.indexKey('grant', grantId);
    const keys = await this.redis.smembers(grant);
    await this.redis.del(grant, ...keys);
  }
}

/** `prefix` begins every key, e.g. `hufu:oidc:`. */
export const redisAdapter =
  (redis: Redis, prefix: string): AdapterFactory =>
  (model) =>
    new RedisAdapter(redis, prefix, model);
