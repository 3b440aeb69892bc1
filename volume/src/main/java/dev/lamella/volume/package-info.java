/**
 * The layer volume: the immutable, published form of one image layer. Made in one streaming pass
 * ({@link dev.lamella.volume.LayerBuilder}), described ({@link dev.lamella.volume.VolumeDescriptor}), signed
 * ({@link dev.lamella.volume.SigningKey}, {@link dev.lamella.volume.TrustedKeys}) and checked
 * ({@link dev.lamella.volume.VolumeVerifier}).
 *
 * <p>The format is specified in {@code docs/formats/volume.md}; the Merkle tree is that of
 * <a href="https://docs.kernel.org/filesystems/fsverity.html">fs-verity</a>, gzip is
 * <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>, zstd is
 * <a href="https://www.rfc-editor.org/rfc/rfc8878">RFC 8878</a>, signatures are Ed25519,
 * <a href="https://www.rfc-editor.org/rfc/rfc8032">RFC 8032</a>.
 *
 * <p>Values are immutable and safe to share. Builders and hashers belong to one thread, unless they say otherwise.
 * Nothing here
 * knows a registry, a network or where volumes are kept. All failures to do with content are
 * {@link dev.lamella.volume.VolumeException}s; plain {@link java.io.IOException}s come from the disk or the source
 * of the blob.
 */
@NullMarked
package dev.lamella.volume;

import org.jspecify.annotations.NullMarked;
