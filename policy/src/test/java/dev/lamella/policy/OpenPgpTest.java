package dev.lamella.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.junit.jupiter.api.Test;

/** OpenPGP keys and messages, whose signatures count as GnuPG lets them count. */
class OpenPgpTest {

    private static final SignatureLimits LIMITS = SignatureLimits.DEFAULT;
    private static final Instant NOW = PgpKey.CREATED.plus(Duration.ofDays(30));
    private static final Instant LATER = PgpKey.CREATED.plus(Duration.ofDays(1));
    private static final int SIGN = KeyFlags.CERTIFY_OTHER | KeyFlags.SIGN_DATA;
    private static final String TEXT = "the text\n";

    private static OpenPgpKeys keys(byte[]... exported) throws PolicyException {
        return OpenPgpKeys.parse(
                Arrays.stream(exported)
                        .map(bytes -> new KeySource.Keys("keys.gpg", ByteString.of(bytes)))
                        .toList(),
                LIMITS,
                NOW);
    }

    private static String verified(ByteString message, byte[]... exported) throws Exception {
        return new String(keys(exported).verify(message, LIMITS, NOW), StandardCharsets.UTF_8);
    }

    private static void requireRefused(String why, ByteString message, byte[]... exported) {
        assertThatThrownBy(() -> verified(message, exported))
                .isInstanceOf(InvalidSignatureException.class)
                .hasMessageContaining(why);
    }

    private static void requireNoKeys(String why, ThrowingCallable parse) {
        assertThatThrownBy(parse).isInstanceOf(PolicyException.class).hasMessageContaining(why);
    }

    @Test
    void aSignatureOfAKnownKeyCounts() throws Exception {
        PgpKey key = PgpKey.plain();
        assertThat(verified(key.sign(TEXT), key.exported())).isEqualTo(TEXT);
        assertThat(verified(key.sign(TEXT), key.armored())).isEqualTo(TEXT);
        ByteString uncompressed =
                PgpKey.message(TEXT, key.form(key.primary, LATER).uncompressed());
        assertThat(verified(uncompressed, key.exported())).isEqualTo(TEXT);
    }

    @Test
    void severalKeysMayStandInOneFileAndInSeveral() throws Exception {
        PgpKey one = PgpKey.plain();
        PgpKey two = PgpKey.plain();
        for (List<byte[]> pair :
                List.of(List.of(one.exported(), two.exported()), List.of(one.armored(), two.armored()))) {
            byte[] together = joined(pair.getFirst(), pair.getLast());
            for (PgpKey key : List.of(one, two)) {
                assertThat(verified(key.sign(TEXT), together)).isEqualTo(TEXT);
                assertThat(verified(key.sign(TEXT), pair.getFirst(), pair.getLast()))
                        .isEqualTo(TEXT);
            }
        }
    }

    @Test
    void anotherKeyDoesNotCount() throws Exception {
        requireRefused(
                "none of those in the policy",
                PgpKey.plain().sign(TEXT),
                PgpKey.plain().exported());
    }

    @Test
    void aChangedTextOrSignatureDoesNotCount() throws Exception {
        PgpKey key = PgpKey.plain();
        byte[] message = PgpKey.message(TEXT, key.form(key.primary, LATER).uncompressed())
                .toByteArray();
        byte[] text = message.clone();
        text[indexOf(text, "text")] ^= 1;
        requireRefused("text or signature was changed", ByteString.of(text), key.exported());
        byte[] signature = message.clone();
        signature[signature.length - 1] ^= 1;
        requireRefused("text or signature was changed", ByteString.of(signature), key.exported());
    }

    @Test
    void everyCutOfAMessageIsRefused() throws Exception {
        PgpKey key = PgpKey.plain();
        OpenPgpKeys keys = keys(key.exported());
        for (boolean compressed : List.of(true, false)) {
            PgpKey.Form form = key.form(key.primary, LATER);
            byte[] message = PgpKey.message(TEXT, compressed ? form : form.uncompressed())
                    .toByteArray();
            // A cut of the checksum behind compressed data alone would leave the message whole: ZIP has none.
            for (int length = 0; length < message.length - 4; length++) {
                ByteString cut = ByteString.of(message, 0, length);
                assertThatThrownBy(() -> keys.verify(cut, LIMITS, NOW)).isInstanceOf(InvalidSignatureException.class);
            }
        }
    }

    @Test
    void aMessageWithMoreInItIsRefused() throws Exception {
        PgpKey key = PgpKey.plain();
        byte[] message = PgpKey.message(TEXT, key.form(key.primary, LATER).uncompressed())
                .toByteArray();
        requireRefused("something follows", ByteString.of(joined(message, message)), key.exported());
        requireRefused("not an OpenPGP message", ByteString.of(joined(message, new byte[] {1, 2, 3})), key.exported());
        requireRefused("", PgpKey.message(TEXT, key.form(key.primary, LATER).signedTimes(2)), key.exported());
        requireRefused(
                "2 OpenPGP signatures",
                PgpKey.message(TEXT, key.form(key.primary, LATER).signedTimes(2).uncompressed())
                        .substring(onePassBytes(key)),
                key.exported());
    }

    /** Returns how long the first of two announcements is. */
    private static int onePassBytes(PgpKey key) throws PGPException, IOException {
        int one = PgpKey.message(TEXT, key.form(key.primary, LATER).uncompressed())
                .length();
        int two = PgpKey.message(
                        TEXT, key.form(key.primary, LATER).signedTimes(2).uncompressed())
                .length();
        int signature = signatureBytes(key);
        return two - one - signature;
    }

    private static int signatureBytes(PgpKey key) throws PGPException, IOException {
        byte[] message = PgpKey.message(TEXT, key.form(key.primary, LATER).uncompressed())
                .toByteArray();
        return message.length - indexOf(message, TEXT) - TEXT.length();
    }

    @Test
    void aTextOfBeyondTheLimitIsRefusedHoweverWellItIsCompressed() throws Exception {
        PgpKey key = PgpKey.plain();
        ByteString bomb = key.sign("0".repeat(LIMITS.payloadBytes() + 1));
        assertThat(bomb.length()).isLessThan(10_000);
        requireRefused("more than 1048576 bytes", bomb, key.exported());
        String largest = "0".repeat(LIMITS.payloadBytes());
        assertThat(verified(key.sign(largest), key.exported())).isEqualTo(largest);
    }

    @Test
    void anExpiredKeyDoesNotCountThoughItHadNotExpiredWhenItSigned() throws Exception {
        PgpKey expired =
                PgpKey.bare().certify(PgpKey.CREATED, PgpKey.expiring(PgpKey.CREATED, SIGN, Duration.ofDays(29)));
        requireRefused("it expired at 2026-01-30T00:00:00Z", expired.sign(TEXT), expired.exported());
        PgpKey young =
                PgpKey.bare().certify(PgpKey.CREATED, PgpKey.expiring(PgpKey.CREATED, SIGN, Duration.ofDays(31)));
        assertThat(verified(young.sign(TEXT), young.exported())).isEqualTo(TEXT);
        PgpKey prolonged = expired.certify(LATER, PgpKey.expiring(LATER, SIGN, Duration.ofDays(31)));
        assertThat(verified(prolonged.sign(TEXT), prolonged.exported())).isEqualTo(TEXT);
    }

    @Test
    void aSignatureOnTheKeyItselfHasTheLastWordOnItsEnd() throws Exception {
        PgpKey key = PgpKey.plain().direct(PgpKey.expiring(PgpKey.CREATED, SIGN, Duration.ofDays(29)));
        requireRefused("it expired at", key.sign(TEXT), key.exported());
    }

    @Test
    void aRevokedKeyDoesNotCount() throws Exception {
        PgpKey key = PgpKey.plain();
        key.revoke(key);
        requireRefused("it is revoked", key.sign(TEXT), key.exported());
    }

    @Test
    void whatAStrangerSaysOfAKeyDoesNotMatter() throws Exception {
        PgpKey key = PgpKey.plain().revoke(PgpKey.plain());
        assertThat(verified(key.sign(TEXT), key.exported())).isEqualTo(TEXT);
    }

    @Test
    @SuppressWarnings("deprecation") // Keys that name a revoker are deprecated, but there.
    void aKeyThatAnotherMayRevokeDoesNotCountOnceItHas() throws Exception {
        PgpKey revoker = PgpKey.plain();
        PGPSignatureSubpacketGenerator parts = PgpKey.parts(PgpKey.CREATED, SIGN);
        parts.addRevocationKey(
                false,
                PublicKeyAlgorithmTags.EDDSA_LEGACY,
                revoker.primary.getPublicKey().getFingerprint());
        PgpKey key = PgpKey.plain().direct(parts);
        assertThat(verified(key.sign(TEXT), key.exported())).isEqualTo(TEXT);
        key.revoke(revoker);
        requireRefused("it may be revoked by another key", key.sign(TEXT), key.exported());
    }

    @Test
    void aKeyWithoutAValidUserIdDoesNotCount() throws Exception {
        PgpKey bare = PgpKey.bare();
        requireRefused("no valid user ID", bare.sign(TEXT), bare.exported());
        PgpKey revoked = PgpKey.plain().revokeUserId(LATER);
        requireRefused("no valid user ID", revoked.sign(TEXT), revoked.exported());
        PgpKey again = revoked.certify(NOW, PgpKey.parts(NOW, SIGN));
        assertThat(verified(again.sign(TEXT), again.exported())).isEqualTo(TEXT);
    }

    @Test
    void aKeyThatIsNotForSigningDoesNotCount() throws Exception {
        PgpKey key = PgpKey.bare().certify(PgpKey.CREATED, PgpKey.parts(PgpKey.CREATED, KeyFlags.CERTIFY_OTHER));
        requireRefused("it is not for signing", key.sign(TEXT), key.exported());
    }

    @Test
    void aSubkeyCounts() throws Exception {
        PgpKey key = PgpKey.plain().bind(PgpKey.parts(PgpKey.CREATED, KeyFlags.SIGN_DATA), true);
        ByteString message = PgpKey.message(TEXT, key.form(key.subkey, LATER));
        assertThat(verified(message, key.exported())).isEqualTo(TEXT);
    }

    @Test
    void aSubkeyThatIsRevokedExpiredOrUnboundDoesNotCount() throws Exception {
        PgpKey revoked = PgpKey.plain()
                .bind(PgpKey.parts(PgpKey.CREATED, KeyFlags.SIGN_DATA), true)
                .revokeSubkey();
        requireRefusedSubkey("the subkey is revoked", revoked);
        PgpKey expired =
                PgpKey.plain().bind(PgpKey.expiring(PgpKey.CREATED, KeyFlags.SIGN_DATA, Duration.ofDays(2)), true);
        requireRefusedSubkey("it expired at", expired);
        PgpKey claimed = PgpKey.plain().bind(PgpKey.parts(PgpKey.CREATED, KeyFlags.SIGN_DATA), false);
        requireRefusedSubkey("the subkey has not signed", claimed);
        PgpKey encrypting = PgpKey.plain().bind(PgpKey.parts(PgpKey.CREATED, KeyFlags.ENCRYPT_COMMS), true);
        requireRefusedSubkey("it is not for signing", encrypting);
        PgpKey unbound = PgpKey.plain().revokeSubkey();
        requireRefusedSubkey("the subkey is revoked", unbound);
    }

    @Test
    void aSubkeyCountsNoMoreThanItsPrimaryKey() throws Exception {
        PgpKey revoked = PgpKey.plain().bind(PgpKey.parts(PgpKey.CREATED, KeyFlags.SIGN_DATA), true);
        revoked.revoke(revoked);
        requireRefusedSubkey("its primary key does not count: it is revoked", revoked);
        PgpKey expired = PgpKey.bare()
                .certify(PgpKey.CREATED, PgpKey.expiring(PgpKey.CREATED, SIGN, Duration.ofDays(2)))
                .bind(PgpKey.parts(PgpKey.CREATED, KeyFlags.SIGN_DATA), true);
        requireRefusedSubkey("it expired at", expired);
    }

    private static void requireRefusedSubkey(String why, PgpKey key) throws PGPException, IOException {
        requireRefused(why, PgpKey.message(TEXT, key.form(key.subkey, LATER)), key.exported());
    }

    @Test
    void aSignatureThatHasExpiredOrIsOlderThanItsKeyDoesNotCount() throws Exception {
        PgpKey key = PgpKey.plain();
        PGPSignatureSubpacketGenerator short1 = PgpKey.parts(LATER);
        short1.setSignatureExpirationTime(true, 60);
        requireRefused(
                "the signature has expired",
                PgpKey.message(TEXT, key.form(key.primary, LATER).withParts(short1)),
                key.exported());
        requireRefused(
                "older than the key",
                PgpKey.message(TEXT, key.form(key.primary, PgpKey.CREATED.minusSeconds(1))),
                key.exported());
        assertThatThrownBy(() -> OpenPgpKeys.parse(
                                List.of(new KeySource.Keys("keys.gpg", ByteString.of(key.exported()))),
                                LIMITS,
                                PgpKey.CREATED.minusSeconds(9))
                        .verify(key.sign(TEXT), LIMITS, PgpKey.CREATED.minusSeconds(9)))
                .hasMessageContaining("in the future");
    }

    @Test
    void weakHashesDoNotCount() throws Exception {
        PgpKey key = PgpKey.plain();
        for (int hash : List.of(HashAlgorithmTags.MD5, HashAlgorithmTags.SHA1, HashAlgorithmTags.RIPEMD160)) {
            requireRefused(
                    "weak hash",
                    PgpKey.message(TEXT, key.form(key.primary, LATER).withHash(hash)),
                    key.exported());
        }
        for (int hash : List.of(HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512)) {
            assertThat(verified(
                            PgpKey.message(TEXT, key.form(key.primary, LATER).withHash(hash)), key.exported()))
                    .isEqualTo(TEXT);
        }
    }

    @Test
    void anUnknownPartThatIsCriticalMakesASignatureVoid() throws Exception {
        PgpKey key = PgpKey.plain();
        for (boolean critical : List.of(true, false)) {
            PGPSignatureSubpacketGenerator parts = PgpKey.parts(LATER);
            parts.addNotationData(critical, true, "note@example.com", "x");
            ByteString message =
                    PgpKey.message(TEXT, key.form(key.primary, LATER).withParts(parts));
            if (critical) {
                requireRefused("critical part of unknown type 20", message, key.exported());
            } else {
                assertThat(verified(message, key.exported())).isEqualTo(TEXT);
            }
        }
    }

    @Test
    void whatIsNoKeyIsSaidToBeNone() throws Exception {
        PgpKey key = PgpKey.plain();
        requireNoKeys("nothing found", () -> keys(new byte[0]));
        requireNoKeys("not OpenPGP public keys", () -> keys("garbage".getBytes(StandardCharsets.UTF_8)));
        requireNoKeys("not OpenPGP public keys", () -> keys(key.sign(TEXT).toByteArray()));
        requireNoKeys("not OpenPGP public keys", () -> keys(joined(key.exported(), new byte[] {0, 1})));
        requireNoKeys(
                "more than 1 keys",
                () -> OpenPgpKeys.parse(
                        List.of(new KeySource.Keys(
                                "k",
                                ByteString.of(
                                        joined(key.exported(), PgpKey.plain().exported())))),
                        new SignatureLimits(1, 1, 1, 1, 1, 1, 1),
                        NOW));
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }
}
