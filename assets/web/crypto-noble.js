// Entry of the one module crypto-noble.js in the site: synchronous cryptography for the Python worker,
// from the audited noble packages. Uint8Array in, Uint8Array out; wrong input throws.
import { gcm } from "@noble/ciphers/aes.js";
import { ed25519 } from "@noble/curves/ed25519.js";

/** AES-256-GCM: 32-byte key, 12-byte nonce; ciphertext followed by the 16-byte tag. */
export function seal(key, nonce, data, aad) {
  return gcm(exactly(key, 32), exactly(nonce, 12), aad).encrypt(data);
}

/** Inverse of seal; throws when key, nonce, aad or bytes do not match. */
export function open(key, nonce, sealed, aad) {
  return gcm(exactly(key, 32), exactly(nonce, 12), aad).decrypt(sealed);
}

/** Ed25519 (RFC 8032): public key of a 32-byte seed. */
export function edPublic(seed) {
  return ed25519.getPublicKey(exactly(seed, 32));
}

/** 64-byte signature. */
export function edSign(seed, message) {
  return ed25519.sign(message, exactly(seed, 32));
}

/** True only for a valid signature; malformed input is false. RFC 8032 rules, as the registry's library. */
export function edVerify(publicKey, signature, message) {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

function exactly(bytes, size) {
  if (!(bytes instanceof Uint8Array) || bytes.length !== size) throw new RangeError(`${size} bytes expected`);
  return bytes;
}
