package dev.lamella.policy;

/**
 * How much is read to check signatures.
 *
 * @param policyBytes the largest {@code policy.json} and the largest file of {@code registries.d}
 * @param files the most files of a {@code registries.d}
 * @param keyBytes the largest file of keys
 * @param keys the most keys of a file, subkeys included
 * @param signatures the most signatures of an image
 * @param signatureBytes the largest signature
 * @param payloadBytes the largest signed text, decompressed
 */
public record SignatureLimits(
        int policyBytes, int files, int keyBytes, int keys, int signatures, int signatureBytes, int payloadBytes) {

    /** The number of signatures and their size are bounded as the engines bound them. */
    public static final SignatureLimits DEFAULT =
            new SignatureLimits(4 << 20, 1000, 4 << 20, 1000, 128, 4 << 20, 1 << 20);
}
