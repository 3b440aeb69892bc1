package dev.lamella.store;

import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import java.util.Optional;

/**
 * How a store is used.
 *
 * @param trusted whose signatures count
 * @param signer signs what is written; without it the store is for reading
 * @param limits its bounds
 */
public record StoreConfig(TrustedKeys trusted, Optional<SigningKey> signer, StoreLimits limits) {

    /** Returns the use of one who only reads. */
    public static StoreConfig reader(TrustedKeys trusted) {
        return new StoreConfig(trusted, Optional.empty(), StoreLimits.DEFAULT);
    }

    /** Returns the use of one who also writes, and trusts his own key besides others. */
    public static StoreConfig writer(SigningKey signer, TrustedKeys others) {
        return new StoreConfig(others.and(TrustedKeys.of(signer)), Optional.of(signer), StoreLimits.DEFAULT);
    }

    /** Returns the same with other limits. */
    public StoreConfig withLimits(StoreLimits other) {
        return new StoreConfig(trusted, signer, other);
    }
}
