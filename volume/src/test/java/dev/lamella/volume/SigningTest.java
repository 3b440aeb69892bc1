package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningTest {

    private static final SigningKey KEY = SigningKey.generate();

    @TempDir
    Path directory;

    @Test
    void keyIsMadeOnceWithItsPublicHalf() throws IOException {
        Path file = directory.resolve("keys/signing.pem");
        SigningKey made = SigningKey.loadOrCreate(file);
        assertThat(SigningKey.loadOrCreate(file).keyId()).isEqualTo(made.keyId());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(TrustedKeys.load(List.of(SigningKey.publicHalf(file))).keyIds())
                .containsExactly(made.keyId());
    }

    @Test
    void lostPublicHalfIsMadeAgain() throws IOException {
        Path file = directory.resolve("signing.pem");
        SigningKey made = SigningKey.loadOrCreate(file);
        Files.delete(SigningKey.publicHalf(file));
        SigningKey again = SigningKey.loadOrCreate(file);
        byte[] payload = {1, 2, 3};
        TrustedKeys.load(List.of(SigningKey.publicHalf(file)))
                .verify(SignatureKind.VOLUME, payload, made.sign(SignatureKind.VOLUME, payload), "x");
        assertThat(again.keyId()).isEqualTo(made.keyId());
    }

    @Test
    void racersAgreeOnOneKey() throws Exception {
        Path file = directory.resolve("signing.pem");
        Set<String> ids = ConcurrentHashMap.newKeySet();
        var threads = IntStream.range(0, 8)
                .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                    try {
                        ids.add(SigningKey.loadOrCreate(file).keyId());
                    } catch (IOException e) {
                        ids.add(e.toString());
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ids).hasSize(1);
        try (var files = Files.list(directory)) {
            assertThat(files).as("no temporary file is left").hasSize(2);
        }
    }

    @Test
    void readableKeyIsRefused() throws IOException {
        Path file = directory.resolve("signing.pem");
        SigningKey.loadOrCreate(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> SigningKey.loadOrCreate(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("chmod 600");
    }

    @Test
    void strangeKeyFilesAreRefused() throws IOException {
        Path file = directory.resolve("signing.pem");
        for (String text : List.of(
                "",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                "-----END PRIVATE KEY----------BEGIN PRIVATE KEY-----",
                "x".repeat(20_000))) {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            assertThatThrownBy(() -> SigningKey.loadOrCreate(file)).isInstanceOf(KeyFileException.class);
            assertThatThrownBy(() -> TrustedKeys.load(List.of(file))).isInstanceOf(KeyFileException.class);
        }
    }

    @Test
    void aPlaceWhereNoKeyCanBeMadeIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("plain"), "").resolve("signing.pem");
        assertThatThrownBy(() -> SigningKey.loadOrCreate(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(file + ": is not there and cannot be made")
                .hasMessageContaining("name another place as signing.key");
    }

    @Test
    void foreignPublicHalfIsRefused() throws IOException {
        Path file = directory.resolve("a.pem");
        SigningKey.loadOrCreate(file);
        Path other = directory.resolve("b.pem");
        SigningKey.loadOrCreate(other);
        Files.copy(SigningKey.publicHalf(other), SigningKey.publicHalf(file), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> SigningKey.loadOrCreate(file))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("not the public half");
    }

    @Test
    void signatureIsForOneKindOnly() throws IOException {
        byte[] payload = "{}".getBytes(StandardCharsets.US_ASCII);
        Signature signature = KEY.sign(SignatureKind.BLOB, payload);
        TrustedKeys trusted = TrustedKeys.of(KEY);
        trusted.verify(SignatureKind.BLOB, payload, signature, "x");
        for (SignatureKind other : SignatureKind.values()) {
            if (other != SignatureKind.BLOB) {
                assertThatThrownBy(() -> trusted.verify(other, payload, signature, "x"))
                        .isInstanceOf(BadSignatureException.class);
            }
        }
    }

    @Test
    void differentFaultsAreDifferentErrors() throws IOException {
        VolumeDescriptor descriptor = VolumeDescriptorTest.example();
        TrustedKeys trusted = TrustedKeys.of(KEY);
        assertThatThrownBy(() -> SignedDescriptor.read(directory, trusted)).isInstanceOf(NoSuchFileException.class);
        SignedDescriptor.write(directory, descriptor, KEY);
        assertThat(SignedDescriptor.read(directory, trusted)).isEqualTo(descriptor);
        assertThatThrownBy(() -> SignedDescriptor.read(directory, TrustedKeys.of(SigningKey.generate())))
                .isInstanceOf(UnknownKeyException.class)
                .hasMessageContaining(SigningKey.shortId(KEY.keyId()));
        Path json = directory.resolve(Volume.DESCRIPTOR);
        Files.setPosixFilePermissions(json, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(json, Files.readString(json).replace("10240", "10241"));
        assertThatThrownBy(() -> SignedDescriptor.read(directory, trusted)).isInstanceOf(BadSignatureException.class);
        Files.delete(directory.resolve(Volume.SIGNATURE));
        assertThatThrownBy(() -> SignedDescriptor.read(directory, trusted))
                .isInstanceOf(MissingSignatureException.class);
    }

    @Test
    void noBitOfASignatureFileIsFree() {
        byte[] payload = {42};
        byte[] file = KEY.sign(SignatureKind.VOLUME, payload).toFile();
        TrustedKeys trusted = TrustedKeys.of(KEY);
        for (int bit = 0; bit < file.length * 8; bit++) {
            byte[] bad = file.clone();
            bad[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> trusted.verify(SignatureKind.VOLUME, payload, Signature.parseFile(bad, "x"), "x"))
                    .as("bit %d", bit)
                    .isInstanceOf(VolumeException.class);
        }
    }

    @Test
    void mutatedSignaturesGiveDeclaredErrorsOnly() {
        byte[] good = KEY.sign(SignatureKind.VOLUME, new byte[0]).toFile();
        Fuzz.run(2000, random -> {
            byte[] bad = Mutations.mutate(random, good);
            try {
                Signature.parseFile(bad, "x");
            } catch (MalformedSignatureException e) {
                assertThat(e.file()).isEqualTo("x");
            }
        });
    }
}
